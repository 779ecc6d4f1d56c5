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

async function disputeOf(intent: Stripe.PaymentIntent): Promise<Stripe.Dispute> {
  const [dispute] = (await rig.stripe.disputes.list({ payment_intent: intent.id })).data;
  if (dispute === undefined) throw new Error('There is no dispute.');
  return dispute;
}

const eventsOf = (id: string): string[] =>
  rig.standIn
    .events()
    .filter((event) => (event.data.object as { id: string }).id === id)
    .map((event) => event.type.replace('charge.dispute.', ''));

test('a card disputes its charge: money and fee are withdrawn, and nothing can be refunded', async () => {
  const intent = await pay(rig.stripe, 'pm_card_createDispute');
  await rig.control('hurry');
  const dispute = await disputeOf(intent);
  expect(dispute).toMatchObject({
    status: 'needs_response',
    reason: 'fraudulent',
    amount: 20_000,
    is_charge_refundable: false,
    balance_transactions: [{ type: 'adjustment', amount: -20_000, fee: 1_500, net: -21_500, source: intent.id }].map(
      (movement) => ({ ...movement, source: dispute.id }),
    ),
  });
  expect(await chargeOf(intent)).toMatchObject({ disputed: true });
  expect(eventsOf(dispute.id)).toEqual(['created', 'funds_withdrawn']);
  expect(await failure(rig.stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
    code: 'charge_disputed',
  });
});

test('a dispute that is won gives the money back without the fee; then the charge can be refunded', async () => {
  const intent = await pay(rig.stripe, 'pm_card_visa');
  const opened = await rig.control('dispute', {
    payment_intent: intent.id,
    ...{ reason: 'product_not_received', amount: 12_000 },
  });
  expect(opened).toMatchObject({ amount: 12_000, reason: 'product_not_received' });
  const { id } = await disputeOf(intent);
  await rig.control('dispute_status', { dispute: id, status: 'under_review' });
  await rig.control('dispute_status', { dispute: id, status: 'won' });
  const won = await rig.stripe.disputes.retrieve(id);
  expect(won.status).toBe('won');
  expect(won.balance_transactions.map(({ amount, fee }) => [amount, fee])).toEqual([
    [-12_000, 1_500],
    [12_000, 0],
  ]);
  expect(eventsOf(id)).toEqual(['created', 'funds_withdrawn', 'updated', 'closed', 'funds_reinstated']);
  expect(await rig.control('dispute_status', { dispute: id, status: 'lost' })).toMatchObject({
    message: 'A dispute cannot go from won to lost.',
  });
  expect(await rig.stripe.refunds.create({ payment_intent: intent.id })).toMatchObject({ amount: 20_000 });
});

test('a dispute that is accepted is lost: closed for good, and the charge stays charged back', async () => {
  const intent = await pay(rig.stripe, 'pm_card_createDisputeProductNotReceived');
  await rig.control('hurry');
  const { id } = await disputeOf(intent);
  expect(await rig.stripe.disputes.close(id)).toMatchObject({ status: 'lost' });
  expect(eventsOf(id)).toEqual(['created', 'funds_withdrawn', 'closed']);
  expect((await failure(rig.stripe.disputes.close(id))).statusCode).toBe(400);
  expect((await failure(rig.stripe.refunds.create({ payment_intent: intent.id }))).code).toBe('charge_disputed');
  expect(await rig.control('dispute', { payment_intent: intent.id })).toMatchObject({
    message: expect.stringContaining('disputed already') as string,
  });
});

test('an inquiry moves no money and lets refunds be, until it is closed or becomes a chargeback', async () => {
  const quiet = await pay(rig.stripe, 'pm_card_createDisputeInquiry');
  const loud = await pay(rig.stripe, 'pm_card_createDisputeInquiry');
  await rig.control('hurry');
  const inquiry = await disputeOf(quiet);
  expect(inquiry).toMatchObject({ status: 'warning_needs_response', balance_transactions: [] });
  await rig.stripe.refunds.create({ payment_intent: quiet.id, amount: 1_000 });
  await rig.control('dispute_status', { dispute: inquiry.id, status: 'warning_closed' });
  expect(eventsOf(inquiry.id)).toEqual(['created', 'closed']);
  const { id } = await disputeOf(loud);
  await rig.control('dispute_status', { dispute: id, status: 'needs_response' });
  expect(await rig.stripe.disputes.retrieve(id)).toMatchObject({
    is_charge_refundable: false,
    balance_transactions: [{ amount: -20_000 }],
  });
  expect(eventsOf(id)).toEqual(['created', 'updated', 'funds_withdrawn']);
});

test('a dispute is about what refunds have left, unless the bank says otherwise', async () => {
  const intent = await pay(rig.stripe, 'pm_card_visa');
  await rig.stripe.refunds.create({ payment_intent: intent.id, amount: 5_000 });
  expect(await rig.control('dispute', { payment_intent: intent.id })).toMatchObject({ amount: 15_000 });
});

test('an early fraud warning asks for action until the charge is refunded', async () => {
  const intent = await pay(rig.stripe, 'pm_card_createIssuerFraudRecord');
  await rig.control('hurry');
  const [warning] = (await rig.stripe.radar.earlyFraudWarnings.list({ payment_intent: intent.id })).data;
  expect(warning).toMatchObject({ actionable: true, charge: intent.latest_charge, fraud_type: 'misc' });
  await rig.stripe.refunds.create({ payment_intent: intent.id });
  const revised = await rig.stripe.radar.earlyFraudWarnings.retrieve(warning?.id ?? '');
  expect(revised.actionable).toBe(false);
  expect(eventsOf(revised.id)).toEqual(['radar.early_fraud_warning.created', 'radar.early_fraud_warning.updated']);
});

test('a dispute of a connected account belongs to it, in its events too', async () => {
  const onAccount = { stripeContext: 'acct_asia' };
  const intent = await pay(rig.stripe, 'pm_card_createDispute', { currency: 'jpy' }, onAccount);
  await rig.control('hurry');
  expect((await rig.stripe.disputes.list({ payment_intent: intent.id })).data).toEqual([]);
  const [dispute] = (await rig.stripe.disputes.list({ payment_intent: intent.id }, onAccount)).data;
  const told = rig.standIn.events().filter((event) => (event.data.object as { id: string }).id === dispute?.id);
  expect(told.map((event) => event.account)).toEqual(['acct_asia', 'acct_asia']);
});
