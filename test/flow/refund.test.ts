import { expect, it } from 'vitest';
import { waitFor } from '../../dev/client/wait.ts';
import type { AdminRelease } from '../../worker/admin/shape.ts';
import { buy, newBuyer } from '../harness/buyer.ts';
import { nudge } from '../harness/consumer.ts';
import { expectChecks, withClient, withSite } from '../harness/database.ts';
import { newOperator } from '../harness/operator.ts';

import { atProvider, intentOf, requestRefund, steer, unheard } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';

interface Standing {
  status: string;
  reversed_minor: string;
  reversed_base: string;
  total_base: string;
  commissions: string;
  refunds: string[];
  disputes: number;
  frozen: boolean;
}

async function standing(orderId: string): Promise<Standing> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<Standing>(
      `select o.status, o.frozen, o.reversed_minor, a.reversed_base, a.total_base,
        (select count(*)::integer from disputes d where d.order_id = o.id) as disputes,
        (select coalesce(sum(c.amount_minor), 0) from commission_entries c where c.order_id = o.id) as commissions,
        (select coalesce(array_agg(r.state order by r.created_at), '{}') from refunds r where r.order_id = o.id) as refunds
       from orders o join allocations a on a.site_id = o.site_id and a.order_id = o.id where o.id = $1`,
      [orderId],
    ),
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the order has no allocation');
  return row;
}

function until(orderId: string, what: string, isThere: (now: Standing) => boolean): Promise<Standing> {
  return waitFor(what, async () => {
    const now = await standing(orderId);
    return isThere(now) ? now : undefined;
  });
}

async function bought(site: MintedSite) {
  const buyer = await newBuyer(site);
  const order = await buy(buyer, site, { quantity: 2, referralCode: site.agents[1].referralCode });
  return { buyer, order, amount: BigInt(order.amount_minor) };
}

it('takes tokens and commissions with every part of the money, and comes to exactly nothing in the end', async () => {
  const site = await mintSite();
  const { order, amount } = await bought(site);
  const third = amount / 3n;
  for (const part of [third, third, amount - 2n * third])
    await nudge(site, 'refund', await requestRefund(site, order.id, part));

  const end = await until(order.id, 'the refunds', ({ status }) => status === 'refunded');
  expect(end).toMatchObject({ reversed_minor: amount.toString(), reversed_base: end.total_base, commissions: '0' });
  expect(end.refunds).toEqual(['succeeded', 'succeeded', 'succeeded']);
  await expectChecks();
});

it('makes a refund once, though the provider’s answer was lost and its webhooks too', async () => {
  const site = await mintSite();
  const { order, amount } = await bought(site);
  await steer('/fault', { mode: 'act_then_status', status: 500, times: 2, path: '/v1/refunds$', method: 'POST' });
  const refund = await requestRefund(site, order.id, amount / 2n);
  const half = (amount / 2n).toString();
  await unheard(async () => {
    expect(await nudge(site, 'refund', refund)).toBe('retry');
    expect(await standing(order.id)).toMatchObject({ refunds: ['submitting'], reversed_minor: '0' });
    expect(await nudge(site, 'refund', refund)).toBe('ack');
    expect(await standing(order.id)).toMatchObject({ refunds: ['succeeded'], reversed_minor: half });
  });
  const { data } = await atProvider<{ data: unknown[] }>(`/v1/refunds?payment_intent=${await intentOf(order.id)}`);
  expect(data).toHaveLength(1);
  await expectChecks();
});

it('adopts a refund made at the provider, and still owes one that fails later', async () => {
  const site = await mintSite();
  const { order, amount } = await bought(site);
  const intent = await intentOf(order.id);
  const { id } = await atProvider<{ id: string }>('/v1/refunds', { payment_intent: intent });
  await until(order.id, 'the refund', ({ status }) => status === 'refunded');
  await steer('/refund', { refund: id, outcome: 'fail' });
  const end = await until(order.id, 'its failure', ({ refunds }) => refunds[0] === 'failed');
  expect(end).toMatchObject({ status: 'refunded', reversed_minor: amount.toString(), commissions: '0' });
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ balance: string }>(`select balance from ledger_accounts where site_id = $1 and kind = 'unapplied'`, [
      site.siteId,
    ]),
  );
  expect(rows).toEqual([{ balance: amount.toString() }]);
  await expectChecks();
});

it('takes in the dispute for which the provider refuses a refund, before the share is free again', async () => {
  const site = await mintSite();
  const { order, amount } = await bought(site);
  await unheard(async () => {
    await steer('/dispute', { payment_intent: await intentOf(order.id) });
    await nudge(site, 'refund', await requestRefund(site, order.id, amount));
    expect(await standing(order.id)).toMatchObject({
      ...{ status: 'paid', frozen: true, refunds: ['canceled'], disputes: 1 },
      ...{ reversed_minor: '0', reversed_base: '0' },
    });
  });
  await expectChecks();
});

it('takes in the refund made by another hand for which the provider refuses ours', async () => {
  const site = await mintSite();
  const { order, amount } = await bought(site);
  await unheard(async () => {
    await atProvider('/v1/refunds', { payment_intent: await intentOf(order.id) });
    await nudge(site, 'refund', await requestRefund(site, order.id, amount));
    const end = await standing(order.id);
    expect(end).toMatchObject({
      status: 'refunded',
      refunds: ['canceled', 'succeeded'],
      reversed_base: end.total_base,
    });
  });
  await expectChecks();
});

it('counts no call that was never made: the next refusal is believed at once', async () => {
  const site = await mintSite();
  const { order, amount } = await bought(site);
  await unheard(async () => {
    await steer('/dispute', { payment_intent: await intentOf(order.id) });
    const asked = await requestRefund(site, order.id, amount);
    await withSite('queue', site.siteId, (client) =>
      client.query(`update refunds set state = 'submitting', checked_at = app.now() where id = $1`, [asked]),
    );
    // What is read before the call fails, and with it this try.
    await steer('/fault', { mode: 'status', status: 429, times: 1, path: '/v1/refunds$', method: 'GET' });
    expect(await nudge(site, 'refund', asked)).toBe('retry');
    expect(await nudge(site, 'refund', asked)).toBe('ack');
    expect(await standing(order.id)).toMatchObject({ refunds: ['canceled'] });
  });
  await expectChecks();
});

it('believes the last refusal, however many set out to make a refund at once', async () => {
  const site = await mintSite();
  const { order, amount } = await bought(site);
  await unheard(async () => {
    await steer('/dispute', { payment_intent: await intentOf(order.id) });
    const asked = await requestRefund(site, order.id, amount);
    const answers = await Promise.all(Array.from({ length: 12 }, () => nudge(site, 'refund', asked)));
    expect(answers).toContain('ack');
    expect(await standing(order.id)).toMatchObject({ status: 'paid', refunds: ['canceled'], reversed_minor: '0' });
  });
  await expectChecks();
});

it('believes no refusal while another call may be under way, and makes the refund once', async () => {
  const site = await mintSite();
  const { order, amount } = await bought(site);
  const intent = await intentOf(order.id);
  const refund = await unheard(async () => {
    const { id: dispute } = await steer<{ id: string }>('/dispute', { payment_intent: intent });
    const asked = await requestRefund(site, order.id, amount);
    // Another consumer has set out to make it.
    await withSite('queue', site.siteId, (client) =>
      client.query(`update refunds set state = 'submitting', open_calls = 1, checked_at = app.now() where id = $1`, [
        asked,
      ]),
    );
    expect(await nudge(site, 'refund', asked)).toBe('retry');
    expect(await nudge(site, 'refund', asked)).toBe('retry');
    expect(await standing(order.id)).toMatchObject({ refunds: ['submitting'], reversed_minor: '0' });
    await steer('/dispute_status', { dispute, status: 'won' });
    expect(await nudge(site, 'refund', asked)).toBe('ack');
    return asked;
  });
  expect(await standing(order.id)).toMatchObject({ status: 'refunded', refunds: ['succeeded'] });
  expect(await nudge(site, 'refund', refund)).toBe('ack');
  const { data } = await atProvider<{ data: unknown[] }>(`/v1/refunds?payment_intent=${intent}`);
  expect(data).toHaveLength(1);
  await expectChecks();
});

it('nets what was sent before it was refunded from the buyer’s next release', async () => {
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  const buyer = await newBuyer(site);
  const operator = await newOperator();
  const pay = async (orderId: string): Promise<string> => {
    const { body } = await operator.get<{ items: AdminRelease[] }>(`/admin/${site.code}/releases`);
    const release = body.items.find((item) => item.order_id === orderId && item.sequence === 0)?.id ?? '';
    await operator.post(`/admin/${site.code}/releases/approve`, { release_ids: [release] });
    return release;
  };
  const first = await buy(buyer, site, { quantity: 1 });
  const sent = await pay(first.id);
  await waitFor('the delivery', async () => (await releaseOf(sent)).state === 'confirmed' || undefined);
  await nudge(site, 'refund', await requestRefund(site, first.id, BigInt(first.amount_minor)));
  await until(first.id, 'the refund', ({ status }) => status === 'refunded');
  await expectChecks();

  const second = await buy(buyer, site, { quantity: 3 });
  const next = await pay(second.id);
  const paid = await waitFor('the smaller delivery', async () => {
    const release = await releaseOf(next);
    return release.state === 'confirmed' ? release : undefined;
  });
  const owed = BigInt((await releaseOf(sent)).amount_base);
  expect(paid).toMatchObject({ netted_base: owed.toString(), sent_base: (BigInt(paid.amount_base) - owed).toString() });
  await expectChecks();
});

interface SentRelease {
  state: string;
  amount_base: string;
  netted_base: string;
  sent_base: string | null;
}

async function releaseOf(id: string): Promise<SentRelease> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<SentRelease>(
      `select r.state, r.amount_base, r.netted_base, p.amount_base as sent_base
       from releases r left join payouts p on p.release_id = r.id where r.id = $1`,
      [id],
    ),
  );
  const [row] = rows;
  if (row === undefined) throw new Error('there is no such release');
  return row;
}
