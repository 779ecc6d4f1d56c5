import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { AdminOrderDetail } from '../../worker/admin/shape.ts';
import { buy, newBuyer } from '../harness/buyer.ts';
import { nudge } from '../harness/consumer.ts';
import { expectChecks, withClient, withSite } from '../harness/database.ts';
import { lapsed } from '../harness/late.ts';
import { newOperator } from '../harness/operator.ts';
import { intentOf, requestRefund, steer } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { standing, untilStanding } from '../harness/standing.ts';

/** A second payment of an order, disputed before its refund was made: the provider refuses to refund it. */
async function disputedSurplus() {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site);
  await steer('/fault', { mode: 'status', status: 500, times: 40, path: '/v1/refunds$', method: 'POST' });
  let dispute: string;
  try {
    const { id: intent } = await steer<{ id: string }>('/forge', {
      amount: Number(order.amount_minor),
      currency: site.currency.toLowerCase(),
      metadata: { site: site.code, order: order.id },
    });
    await untilStanding(order.id, 'the second payment', ({ payments }) => payments.includes('surplus'));
    ({ id: dispute } = await steer<{ id: string }>('/dispute', { payment_intent: intent }));
    await untilStanding(order.id, 'the dispute', ({ disputes }) => disputes.length > 0);
  } finally {
    await steer('/reset_faults');
  }
  await ageRefunds(site);
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ id: string }>('select id from refunds where order_id = $1', [order.id]),
  );
  await nudge(site, 'refund', rows[0]?.id ?? '');
  expect(await standing(order.id)).toMatchObject({ refunds: ['canceled'], frozen: true, reversed_minor: '0' });
  return { site, order, dispute };
}

/** As if the provider had been asked for the site's refunds so long ago that it has forgotten the key. */
const ageRefunds = (site: MintedSite) =>
  withSite('queue', site.siteId, (client) =>
    client.query(`update refunds set checked_at = app.now() - interval '25 hours' where site_id = $1`, [site.siteId]),
  );

it('gives a disputed second payment back once the dispute is won, and leaves the order its own money', async () => {
  const { order, dispute } = await disputedSurplus();
  await steer('/dispute_status', { dispute, status: 'won' });
  const end = await untilStanding(order.id, 'the return', ({ refunds }) => refunds.includes('succeeded'));
  expect(end).toMatchObject({
    ...{ status: 'paid', frozen: false, reversed_minor: '0', refunds: ['canceled', 'succeeded'] },
    ...{ disputes: ['won'], unapplied: '0' },
  });
  await expectChecks();
});

it('gives a second payment back by an operator’s wish where the provider had refused to', async () => {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site);
  await steer('/fault', { mode: 'status', status: 400, times: 4, path: '/v1/refunds$', method: 'POST' });
  try {
    await steer('/forge', {
      amount: Number(order.amount_minor),
      currency: site.currency.toLowerCase(),
      metadata: { site: site.code, order: order.id },
    });
    await untilStanding(order.id, 'the refusal', ({ refunds }) => refunds.includes('canceled'));
  } finally {
    await steer('/reset_faults');
  }
  const path = `/admin/${site.code}/orders/${order.id}`;
  const operator = await newOperator();
  const { payments } = (await operator.get<AdminOrderDetail>(path)).body;
  const second = payments.find(({ state }) => state === 'surplus')?.id;
  const refund = (payment: unknown) =>
    operator.post(
      `${path}/refunds`,
      { reason: 'came twice', payment_id: payment },
      { 'idempotency-key': randomUUID() },
    );
  expect(await refund(randomUUID())).toMatchObject({ status: 404, body: { code: 'payment.unknown' } });
  expect(await refund(second)).toMatchObject({
    ...{ status: 201, body: { payment_id: second, amount_minor: order.amount_minor } },
  });
  const end = await untilStanding(order.id, 'the return', ({ refunds }) => refunds.includes('succeeded'));
  expect(end).toMatchObject({ status: 'paid', frozen: false, reversed_minor: '0', unapplied: '0' });
  await expectChecks();
});

it('takes nothing of an order when the bank takes its second payment back', async () => {
  const { order, dispute } = await disputedSurplus();
  await steer('/dispute_status', { dispute, status: 'lost' });
  const end = await untilStanding(order.id, 'the loss', ({ disputes }) => disputes[0] === 'lost');
  expect(end).toMatchObject({
    ...{ status: 'paid', frozen: false, reversed_minor: '0', refunds: ['canceled'], unapplied: '0' },
  });
  await expectChecks();
});

/** An order under review, with a dispute of its money open. */
async function disputedReview() {
  const site = await mintSite({ tiers: [{ totalUnits: 5 }] });
  const late = await lapsed(site, 5);
  await buy(await newBuyer(site), site, { quantity: 1 });
  await late.pay();
  await untilStanding(late.orderId, 'the review', ({ status }) => status === 'review');
  const { id: dispute } = await steer<{ id: string }>('/dispute', { payment_intent: await intentOf(late.orderId) });
  await untilStanding(late.orderId, 'the dispute', ({ disputes }) => disputes.length > 0);
  await withSite('operator', site.siteId, (client) =>
    client.query('update tiers set total_units = 6 where site_id = $1', [site.siteId]),
  );
  return { site, orderId: late.orderId, amount: late.amount, dispute };
}

async function accept(site: MintedSite, orderId: string): Promise<void> {
  await withSite('operator', site.siteId, (client) =>
    client.query(`update orders set review_wish = 'accept' where id = $1`, [orderId]),
  );
  await nudge(site, 'review', orderId);
}

it('gives no tokens for money under review that is disputed, but does once the dispute is won', async () => {
  const { site, orderId, dispute } = await disputedReview();
  await accept(site, orderId);
  expect(await standing(orderId)).toMatchObject({ status: 'review', payments: ['review'] });
  await steer('/dispute_status', { dispute, status: 'won' });
  await untilStanding(orderId, 'the end of the dispute', ({ disputes }) => disputes[0] === 'won');
  await accept(site, orderId);
  expect(await standing(orderId)).toMatchObject({
    status: 'paid',
    frozen: false,
    payments: ['applied'],
    unapplied: '0',
  });
  await expectChecks();
});

it('ends an order under review whose money the bank took, with no units sold', async () => {
  const { site, orderId, amount, dispute } = await disputedReview();
  await steer('/dispute_status', { dispute, status: 'lost' });
  const end = await untilStanding(orderId, 'the loss', ({ status }) => status === 'refunded');
  expect(end).toMatchObject({ reversed_minor: amount, payments: ['review'], refunds: [], unapplied: '0' });
  await accept(site, orderId);
  expect(await standing(orderId)).toEqual(end);
  await expectChecks();
});

it('refunds and loses money of a connected account on that account alone', async () => {
  const account = `acct_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  await steer('/accounts', { account, connected: true });
  const site = await mintSite({ account });
  const refunded = await buy(await newBuyer(site), site, { quantity: 2 });
  const half = BigInt(refunded.amount_minor) / 2n;
  expect(await nudge(site, 'refund', await requestRefund(site, refunded.id, half))).toBe('ack');
  expect(await standing(refunded.id)).toMatchObject({
    ...{ status: 'paid', refunds: ['succeeded'], reversed_minor: half.toString() },
  });

  const lost = await buy(await newBuyer(site), site);
  const { id: dispute } = await steer<{ id: string }>('/dispute', { payment_intent: await intentOf(lost.id) });
  await untilStanding(lost.id, 'the freeze', ({ frozen }) => frozen);
  await steer('/dispute_status', { dispute, status: 'lost' });
  const end = await untilStanding(lost.id, 'the loss', ({ status }) => status === 'refunded');
  expect(end).toMatchObject({ frozen: false, disputes: ['lost'], reversed_minor: lost.amount_minor });
  expect(await standing(refunded.id)).toMatchObject({ status: 'paid', reversed_minor: half.toString() });
  await expectChecks();
});

it('makes a refund that ended in a failure without being done, under a fresh key and once', async () => {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site, { quantity: 2 });
  const half = BigInt(order.amount_minor) / 2n;
  const refund = await requestRefund(site, order.id, half);
  await steer('/fault', { mode: 'status', status: 500, times: 2, path: '/v1/refunds$', method: 'POST' });
  try {
    expect(await nudge(site, 'refund', refund)).toBe('retry');
  } finally {
    await steer('/reset_faults');
  }
  // The provider repeats its own failure under the old key.
  expect(await nudge(site, 'refund', refund)).toBe('retry');
  await ageRefunds(site);
  expect(await Promise.all([nudge(site, 'refund', refund), nudge(site, 'refund', refund)])).toContain('ack');
  const end = await untilStanding(order.id, 'the refund', ({ refunds }) => refunds[0] === 'succeeded');
  expect(end).toMatchObject({ status: 'paid', refunds: ['succeeded'], reversed_minor: half.toString() });
  await expectChecks();
});
