import type Stripe from 'stripe';
import { expect, test } from 'vitest';
import { bootRig, failure, pay } from './rig.ts';
import type { Rig } from './rig.ts';

/** A day at the bank: paid, refunded, a refund that failed, disputed and won. */
async function trade(rig: Rig, options: Stripe.RequestOptions = {}): Promise<Stripe.PaymentIntent> {
  const intent = await pay(rig.stripe, 'pm_card_visa', {}, options);
  const refund = await rig.stripe.refunds.create({ payment_intent: intent.id, amount: 5_000 }, options);
  await rig.control('refund', { refund: refund.id, outcome: 'fail' });
  const dispute = (await rig.control('dispute', { payment_intent: intent.id })) as Stripe.Dispute;
  await rig.control('dispute_status', { dispute: dispute.id, status: 'won' });
  return intent;
}

const DAY = [
  ['charge', 'charge', 20_000, 610, 19_390],
  ['refund', 'refund', -5_000, 0, -5_000],
  ['refund_failure', 'refund_failure', 5_000, 0, 5_000],
  ['adjustment', 'dispute', -20_000, 1_500, -21_500],
  ['adjustment', 'dispute_reversal', 20_000, 0, 20_000],
];
const rowOf = (each: Stripe.BalanceTransaction): unknown[] => [
  ...[each.type, each.reporting_category, each.amount, each.fee, each.net],
];

test('whatever moves money is one balance transaction, and the balance is the sum of their nets', async () => {
  await using rig = await bootRig();
  const intent = await trade(rig);
  const { data } = await rig.stripe.balanceTransactions.list({ expand: ['data.source'] });
  expect(data.map(rowOf).reverse()).toEqual(DAY);
  expect(data.at(-1)?.source).toMatchObject({ object: 'charge', payment_intent: intent.id });
  const { available, livemode } = await rig.stripe.balance.retrieve();
  expect(livemode).toBe(false);
  expect(available).toMatchObject([{ currency: 'usd', amount: data.reduce((sum, { net }) => sum + net, 0) }]);
});

test('balance transactions are listed by time, type, source and page, for one account', async () => {
  await using rig = await bootRig();
  await trade(rig);
  await trade(rig, { stripeContext: 'acct_na' });
  const { balanceTransactions } = rig.stripe;
  const now = Math.floor(Date.now() / 1_000);
  const rows: unknown[] = [];
  for await (const each of balanceTransactions.list({ created: { gte: now - 60, lt: now + 60 }, limit: 2 })) {
    rows.push(rowOf(each));
  }
  expect(rows.reverse()).toEqual(DAY);
  expect((await balanceTransactions.list({ created: { lt: now - 60 } })).data).toEqual([]);
  const adjusted = await balanceTransactions.list({ type: 'adjustment' });
  expect(adjusted.data).toHaveLength(2);
  const source = adjusted.data[0]?.source;
  expect((await balanceTransactions.list({ source: typeof source === 'string' ? source : '' })).data).toHaveLength(2);
  const onAccount = { stripeContext: 'acct_na' };
  expect((await balanceTransactions.list({ currency: 'usd' }, onAccount)).data).toHaveLength(5);
  const [foreign] = (await balanceTransactions.list({}, onAccount)).data;
  expect((await failure(balanceTransactions.retrieve(foreign?.id ?? ''))).code).toBe('resource_missing');
});

test('a payout empties the balance, names what it brought out, and is told of', async () => {
  await using rig = await bootRig();
  await trade(rig, { stripeContext: 'acct_na' });
  const onAccount = { stripeContext: 'acct_na' };
  const { payouts } = (await rig.control('payout', { account: 'acct_na' })) as { payouts: Stripe.Payout[] };
  expect(payouts).toMatchObject([{ amount: 17_890, currency: 'usd', status: 'paid' }]);
  const payout = payouts[0]?.id ?? '';
  const brought = await rig.stripe.balanceTransactions.list({ payout }, onAccount);
  expect(brought.data.map(rowOf).reverse()).toEqual([...DAY, ['payout', 'payout', -17_890, 0, -17_890]]);
  expect(brought.data.reduce((sum, { net }) => sum + net, 0)).toBe(0);
  expect((await rig.stripe.balanceTransactions.list({ source: payout }, onAccount)).data).toHaveLength(1);
  expect((await rig.stripe.balance.retrieve({}, onAccount)).available).toMatchObject([{ amount: 0 }]);
  expect(await rig.stripe.payouts.retrieve(payout, {}, onAccount)).toMatchObject({
    reconciliation_status: 'completed',
  });
  expect((await rig.stripe.events.list({ type: 'payout.paid' }, onAccount)).data).toHaveLength(1);
  expect(await rig.control('payout', { account: 'acct_na' })).toEqual({ payouts: [] });

  expect(await rig.control('payout_fails', { payout })).toMatchObject({ id: payout, status: 'failed' });
  expect((await rig.stripe.balance.retrieve({}, onAccount)).available).toMatchObject([{ amount: 17_890 }]);
  const [back] = (await rig.stripe.balanceTransactions.list({ type: 'payout_failure' }, onAccount)).data;
  expect(back).toMatchObject({ amount: 17_890, reporting_category: 'payout_reversal', source: payout });
  expect((await rig.stripe.events.list({ type: 'payout.failed' }, onAccount)).data).toHaveLength(1);
});

test('fees follow the currency, and can be left out', async () => {
  await using rig = await bootRig();
  const feeOf = async (amount: number, currency: string): Promise<number> => {
    const { latest_charge: charge } = await pay(rig.stripe, 'pm_card_visa', { amount, currency });
    const id = typeof charge === 'string' ? charge : '';
    return (await rig.stripe.balanceTransactions.list({ source: id })).data[0]?.fee ?? -1;
  };
  expect([await feeOf(30_000, 'jpy'), await feeOf(10_000, 'kwd'), await feeOf(99_999_999, 'usd')]).toEqual([
    ...[900, 590, 2_900_030],
  ]);
  await rig.control('fee', { basis_points: 0, fixed: 0 });
  expect(await feeOf(20_000, 'usd')).toBe(0);
});
