import { expect, it } from 'vitest';
import { waitFor } from '../../dev/client/wait.ts';
import { buy, newBuyer } from '../harness/buyer.ts';
import { nudge } from '../harness/consumer.ts';
import { expectChecks, withClient, withSite } from '../harness/database.ts';
import { lapsed } from '../harness/late.ts';
import { steer } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';

interface Standing {
  status: string;
  reason: string | null;
  payments: string[];
  refunds: string[];
  unapplied: string;
}

async function standing(orderId: string): Promise<Standing> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<Standing>(
      `select o.status, o.status_reason as reason,
        (select array_agg(p.state order by p.state) from payments p where p.order_id = o.id) as payments,
        (select coalesce(array_agg(r.state), '{}') from refunds r where r.order_id = o.id) as refunds,
        (select coalesce(sum(a.balance), 0) from ledger_accounts a
          where a.site_id = o.site_id and a.kind = 'unapplied') as unapplied
       from orders o where o.id = $1`,
      [orderId],
    ),
  );
  const [row] = rows;
  if (row === undefined) throw new Error('there is no such order');
  return row;
}

function until(orderId: string, what: string, isThere: (now: Standing) => boolean): Promise<Standing> {
  return waitFor(what, async () => {
    const now = await standing(orderId);
    return isThere(now) ? now : undefined;
  });
}

it('holds late money for an operator when the units are gone, and gives it back on the operator’s word', async () => {
  const site = await mintSite({ tiers: [{ totalUnits: 5 }] });
  const late = await lapsed(site, 5);
  await buy(await newBuyer(site), site, { quantity: 1 });
  await late.pay();
  const held = await until(late.orderId, 'the review', ({ status }) => status === 'review');
  expect(held).toEqual({
    ...{ status: 'review', reason: 'tier.not_enough_left', payments: ['review'], refunds: [], unapplied: late.amount },
  });
  await expectChecks();

  await wish(site, late.orderId, 'accept');
  expect(await standing(late.orderId)).toEqual(held);
  await wish(site, late.orderId, 'return');
  const end = await until(late.orderId, 'the return', ({ status }) => status === 'refunded');
  expect(end).toMatchObject({ payments: ['review'], refunds: ['succeeded'], unapplied: '0' });
  await expectChecks();
});

it('gives an order under review its tokens when an operator found units for it', async () => {
  const site = await mintSite({ tiers: [{ totalUnits: 5 }] });
  const late = await lapsed(site, 5);
  await buy(await newBuyer(site), site, { quantity: 1 });
  await late.pay();
  await until(late.orderId, 'the review', ({ status }) => status === 'review');
  await withSite('operator', site.siteId, (client) =>
    client.query('update tiers set total_units = 6 where site_id = $1', [site.siteId]),
  );
  await wish(site, late.orderId, 'accept');
  expect(await standing(late.orderId)).toMatchObject({ status: 'paid', payments: ['applied'], unapplied: '0' });
  await expectChecks();
});

it('gives a second payment of an order back, to the end', async () => {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site);
  await steer('/forge', {
    amount: Number(order.amount_minor),
    currency: site.currency.toLowerCase(),
    metadata: { site: site.code, order: order.id },
  });
  const end = await until(order.id, 'the return', ({ refunds }) => refunds[0] === 'succeeded');
  expect(end).toMatchObject({ status: 'paid', payments: ['applied', 'surplus'], unapplied: '0' });
  await expectChecks();
});

async function wish(site: MintedSite, orderId: string, word: 'accept' | 'return'): Promise<void> {
  await withSite('operator', site.siteId, (client) =>
    client.query('update orders set review_wish = $2 where id = $1', [orderId, word]),
  );
  await nudge(site, 'review', orderId);
}
