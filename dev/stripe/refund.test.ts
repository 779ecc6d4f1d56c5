import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { idOf } from './book.ts';
import { bootRig, failure, pay } from './rig.ts';
import type { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await bootRig();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

const chargeOf = async (intent: Stripe.PaymentIntent): Promise<Stripe.Charge> =>
  rig.stripe.charges.retrieve(idOf(intent.latest_charge));

/** Types of the events that tell of an object, oldest first. */
const eventsOf = (id: string): string[] =>
  rig.standIn
    .events()
    .filter((event) => (event.data.object as { id: string }).id === id)
    .map((event) => event.type);

test('parts of a charge are refunded until nothing is left, and never more', async () => {
  const intent = await pay(rig.stripe, 'pm_card_visa');
  const first = await rig.stripe.refunds.create({
    payment_intent: intent.id,
    amount: 5_000,
    reason: 'requested_by_customer',
    metadata: { refund: 'r1' },
  });
  expect(first).toMatchObject({ status: 'succeeded', amount: 5_000, currency: 'usd', metadata: { refund: 'r1' } });
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 5_000, refunded: false });
  const tooMuch = await failure(rig.stripe.refunds.create({ payment_intent: intent.id, amount: 15_001 }));
  expect(tooMuch).toMatchObject({ statusCode: 400, param: 'amount' });
  const rest = await rig.stripe.refunds.create({ charge: idOf(intent.latest_charge) });
  expect(rest.amount).toBe(15_000);
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 20_000, refunded: true });
  expect(await failure(rig.stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
    code: 'charge_already_refunded',
  });
  const listed = await rig.stripe.refunds.list({ payment_intent: intent.id });
  expect(listed.data.map((refund) => refund.id)).toEqual([rest.id, first.id]);
  expect((await rig.stripe.refunds.retrieve(first.id)).amount).toBe(5_000);
  expect(eventsOf(first.id)).toEqual(['refund.created']);
  expect(eventsOf(idOf(intent.latest_charge)).filter((type) => type === 'charge.refunded')).toHaveLength(2);
});

test('what was not paid, does not exist or makes no sense is not refunded', async () => {
  const open = await rig.stripe.paymentIntents.create({ amount: 20_000, currency: 'usd' });
  expect((await failure(rig.stripe.refunds.create({ payment_intent: open.id }))).message).toContain(
    'does not have a successful charge',
  );
  expect((await failure(rig.stripe.refunds.create({ payment_intent: 'pi_none' }))).code).toBe('resource_missing');
  expect((await failure(rig.stripe.refunds.create({}))).message).toContain('payment_intent or charge');
  const paid = await pay(rig.stripe, 'pm_card_visa', {}, { stripeContext: 'acct_na' });
  expect((await failure(rig.stripe.refunds.create({ payment_intent: paid.id }))).code).toBe('resource_missing');
  const onAccount = { stripeContext: 'acct_na' };
  const none = rig.stripe.refunds.create({ payment_intent: paid.id, amount: 0 }, onAccount);
  expect((await failure(none)).code).toBe('parameter_invalid_integer');
  const dinar = await pay(rig.stripe, 'pm_card_visa', { currency: 'kwd' });
  const odd = rig.stripe.refunds.create({ payment_intent: dinar.id, amount: 1_001 });
  expect((await failure(odd)).code).toBe('parameter_invalid_integer');
});

test('a refund that is repeated under its key is made once', async () => {
  const intent = await pay(rig.stripe, 'pm_card_visa');
  const refund = () =>
    rig.stripe.refunds.create({ payment_intent: intent.id, amount: 700 }, { idempotencyKey: `refund-${intent.id}` });
  expect((await refund()).id).toBe((await refund()).id);
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 700 });
});

test('a pending refund succeeds later, and its money is gone from the start', async () => {
  const intent = await pay(rig.stripe, 'pm_card_pendingRefund');
  const refund = await rig.stripe.refunds.create({ payment_intent: intent.id });
  expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
  expect(await chargeOf(intent)).toMatchObject({ refunded: true });
  // As with Stripe, the API cancels only a refund that waits for the buyer.
  expect((await failure(rig.stripe.refunds.cancel(refund.id))).message).toContain('status of pending');
  await rig.control('hurry');
  expect(await rig.stripe.refunds.retrieve(refund.id)).toMatchObject({ status: 'succeeded' });
  expect(eventsOf(refund.id)).toEqual(['refund.created', 'refund.updated', 'charge.refund.updated']);
});

test('a refund that fails after it had succeeded gives back what it took, and can be made anew', async () => {
  const intent = await pay(rig.stripe, 'pm_card_refundFail');
  const refund = await rig.stripe.refunds.create({ payment_intent: intent.id, amount: 8_000 });
  expect(refund.status).toBe('succeeded');
  await rig.control('hurry');
  const failed = await rig.stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] });
  expect(failed).toMatchObject({
    status: 'failed',
    failure_reason: 'declined',
    failure_balance_transaction: { type: 'refund_failure', amount: 8_000, fee: 0, source: refund.id },
  });
  expect(eventsOf(refund.id)).toEqual([
    ...['refund.created', 'refund.updated', 'charge.refund.updated', 'refund.failed'],
  ]);
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 0, refunded: false });
  expect((await rig.stripe.refunds.create({ payment_intent: intent.id })).amount).toBe(20_000);
});

test('a control fails any refund, and cancels a pending one as the dashboard does', async () => {
  const intent = await pay(rig.stripe, 'pm_card_pendingRefund');
  const first = await rig.stripe.refunds.create({ payment_intent: intent.id, amount: 1_000 });
  expect(await rig.control('refund', { refund: first.id, outcome: 'cancel' })).toMatchObject({
    status: 'canceled',
    failure_reason: 'merchant_request',
  });
  const second = await rig.stripe.refunds.create({ payment_intent: intent.id, amount: 2_000 });
  const reason = 'lost_or_stolen_card';
  expect(await rig.control('refund', { refund: second.id, outcome: 'fail', failure_reason: reason })).toMatchObject({
    status: 'failed',
    failure_reason: reason,
  });
  expect(await rig.control('refund', { refund: second.id, outcome: 'fail' })).toMatchObject({
    message: expect.stringContaining('status of failed') as string,
  });
  expect(await chargeOf(intent)).toMatchObject({ amount_refunded: 0 });
});
