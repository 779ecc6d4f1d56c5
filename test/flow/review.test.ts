import { expect, it } from 'vitest';
import { buy, newBuyer } from '../harness/buyer.ts';
import { deliver, nudge } from '../harness/consumer.ts';
import { expectChecks, withSite } from '../harness/database.ts';
import { lapsed } from '../harness/late.ts';
import { requestRefund, steer } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { standing, untilStanding } from '../harness/standing.ts';

it('holds late money for an operator when the units are gone, and gives it back on the operator’s word', async () => {
  const site = await mintSite({ tiers: [{ totalUnits: 5 }] });
  const late = await lapsed(site, 5);
  await buy(await newBuyer(site), site, { quantity: 1 });
  await late.pay();
  const held = await untilStanding(late.orderId, 'the review', ({ status }) => status === 'review');
  expect(held).toEqual({
    ...{ status: 'review', reason: 'tier.not_enough_left', payments: ['review'], refunds: [], unapplied: late.amount },
    ...{ frozen: false, reversed_minor: '0', disputes: [] },
  });
  await expectChecks();

  await wish(site, late.orderId, 'accept');
  expect(await standing(late.orderId)).toEqual(held);
  await wish(site, late.orderId, 'return');
  const end = await untilStanding(late.orderId, 'the return', ({ status }) => status === 'refunded');
  expect(end).toMatchObject({ payments: ['review'], refunds: ['succeeded'], unapplied: '0' });
  await expectChecks();
});

it('gives back what is left when a refund beside it comes to nothing, and stops once nothing is', async () => {
  const site = await mintSite({ tiers: [{ totalUnits: 5 }] });
  const late = await lapsed(site, 5);
  await buy(await newBuyer(site), site, { quantity: 1 });
  await late.pay();
  await untilStanding(late.orderId, 'the review', ({ status }) => status === 'review');
  const beside = await requestRefund(site, late.orderId, BigInt(late.amount) / 3n);
  await wish(site, late.orderId, 'return');
  await untilStanding(late.orderId, 'the return', ({ refunds }) => refunds.includes('succeeded'));
  await withSite('queue', site.siteId, (client) =>
    client.query(`update refunds set state = 'canceled', settled_at = app.now() where id = $1`, [beside]),
  );

  const sweep = () => deliver({ v: 1, kind: 'sweep', site: site.code, name: 'reviews.resolve' });
  await Promise.all([sweep(), sweep()]);
  const end = await untilStanding(late.orderId, 'the rest', ({ status }) => status === 'refunded');
  expect(end).toMatchObject({ refunds: ['canceled', 'succeeded', 'succeeded'], unapplied: '0' });
  await expectChecks();
});

it('gives an order under review its tokens when an operator found units for it', async () => {
  const site = await mintSite({ tiers: [{ totalUnits: 5 }] });
  const late = await lapsed(site, 5);
  await buy(await newBuyer(site), site, { quantity: 1 });
  await late.pay();
  await untilStanding(late.orderId, 'the review', ({ status }) => status === 'review');
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
  const end = await untilStanding(order.id, 'the return', ({ refunds }) => refunds[0] === 'succeeded');
  expect(end).toMatchObject({ status: 'paid', payments: ['applied', 'surplus'], unapplied: '0' });
  await expectChecks();
});

async function wish(site: MintedSite, orderId: string, word: 'accept' | 'return'): Promise<void> {
  await withSite('operator', site.siteId, (client) =>
    client.query('update orders set review_wish = $2 where id = $1', [orderId, word]),
  );
  await nudge(site, 'review', orderId);
}
