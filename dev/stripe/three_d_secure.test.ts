import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootRig, failure, pay } from './rig.ts';
import type { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await bootRig();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

const REQUIRED = 'pm_card_threeDSecure2Required';
const eventsOf = (id: string): string[] =>
  rig.standIn
    .events()
    .filter((event) => {
      const object = event.data.object as { id: string; payment_intent?: string };
      return object.id === id || object.payment_intent === id;
    })
    .map((event) => event.type);

test('a card that asks for 3-D Secure is charged only after the buyer has passed it', async () => {
  const intent = await pay(rig.stripe, REQUIRED, { automatic_payment_methods: { enabled: true } });
  expect(intent).toMatchObject({
    status: 'requires_action',
    latest_charge: null,
    next_action: { type: 'redirect_to_url', redirect_to_url: { return_url: 'http://na.localhost:8787/orders/1' } },
  });
  const passed = await rig.control('three_d_secure', { payment_intent: intent.id, outcome: 'complete' });
  expect(passed).toMatchObject({ status: 'succeeded', next_action: null, amount_received: 20_000 });
  expect(eventsOf(intent.id)).toEqual([
    ...['payment_intent.created', 'payment_intent.requires_action', 'charge.succeeded', 'payment_intent.succeeded'],
  ]);
  const charge = await rig.stripe.charges.retrieve((passed as { latest_charge: string }).latest_charge);
  expect(charge.payment_method_details?.card?.three_d_secure).toMatchObject({ result: 'authenticated' });
});

test('who fails 3-D Secure pays nothing and may try another card', async () => {
  const intent = await pay(rig.stripe, REQUIRED);
  await rig.control('three_d_secure', { payment_intent: intent.id, outcome: 'fail' });
  expect(await rig.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({
    status: 'requires_payment_method',
    latest_charge: null,
    payment_method: null,
    last_payment_error: { code: 'payment_intent_authentication_failure' },
  });
  expect(eventsOf(intent.id).at(-1)).toBe('payment_intent.payment_failed');
  const again = { payment_method: 'pm_card_visa', return_url: 'http://na.localhost:8787/orders/1' };
  expect(await rig.stripe.paymentIntents.confirm(intent.id, again)).toMatchObject({ status: 'succeeded' });
});

test('the bank may still decline who has passed', async () => {
  const intent = await pay(rig.stripe, 'pm_card_threeDSecureRequiredChargeDeclined');
  const ended = await rig.control('three_d_secure', { payment_intent: intent.id, outcome: 'complete' });
  expect(ended).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code: 'card_declined' } });
});

test('an authentication that nobody finishes can be canceled, and not finished then', async () => {
  const intent = await pay(rig.stripe, REQUIRED);
  expect(await rig.stripe.paymentIntents.cancel(intent.id)).toMatchObject({ status: 'canceled', next_action: null });
  const late = await rig.control('three_d_secure', { payment_intent: intent.id, outcome: 'complete' });
  expect(late).toMatchObject({ message: expect.stringContaining('status of canceled') as string });
});

test("the bank's page brings the buyer back, and only who has the client secret gets there", async () => {
  const intent = await pay(rig.stripe, REQUIRED);
  const url = new URL(intent.next_action?.redirect_to_url?.url ?? '');
  expect(await (await fetch(url)).text()).toContain('Complete authentication');
  const press = async (secret: string): Promise<Response> =>
    fetch(url.origin + url.pathname, {
      method: 'POST',
      body: new URLSearchParams({ client_secret: secret, outcome: 'complete' }),
    });
  expect((await press(`${intent.id}_secret_guess`)).status).toBe(404);
  const { return_url: back } = (await (await press(intent.client_secret ?? '')).json()) as { return_url: string };
  expect(new URL(back).searchParams.get('redirect_status')).toBe('succeeded');
  expect(new URL(back).searchParams.get('payment_intent')).toBe(intent.id);
});

test('a payment in processing can be neither canceled nor confirmed nor refunded until the bank has ended it', async () => {
  const intent = await pay(rig.stripe, 'pm_card_processing');
  expect(intent).toMatchObject({ status: 'processing', amount_received: 0 });
  for (const asked of [
    rig.stripe.paymentIntents.cancel(intent.id),
    rig.stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa', return_url: 'http://localhost/' }),
  ]) {
    expect((await failure(asked)).code).toBe('payment_intent_unexpected_state');
  }
  expect((await failure(rig.stripe.refunds.create({ payment_intent: intent.id }))).statusCode).toBe(400);
  const paid = await rig.control('processing', { payment_intent: intent.id, outcome: 'succeed' });
  expect(paid).toMatchObject({ status: 'succeeded', amount_received: 20_000, processing: null });
  expect(eventsOf(intent.id)).toEqual([
    ...['payment_intent.created', 'charge.pending', 'payment_intent.processing'],
    ...['charge.succeeded', 'payment_intent.succeeded'],
  ]);
});

test('a payment in processing may end badly, and then be tried again', async () => {
  const intent = await pay(rig.stripe, 'pm_card_processing');
  const failed = (await rig.control('processing', {
    ...{ payment_intent: intent.id, outcome: 'fail' },
  })) as Stripe.PaymentIntent;
  expect(failed).toMatchObject({ status: 'requires_payment_method', amount_received: 0 });
  expect(eventsOf(intent.id).slice(-2)).toEqual(['charge.failed', 'payment_intent.payment_failed']);
});

test('a bank account pays later, and only where delayed methods are offered', async () => {
  const intent = await pay(rig.stripe, 'pm_usBankAccount_success');
  expect(intent.status).toBe('processing');
  await rig.control('hurry');
  expect(await rig.stripe.paymentIntents.retrieve(intent.id)).toMatchObject({ status: 'succeeded' });
  const excluded = pay(rig.stripe, 'pm_usBankAccount_success', { excluded_payment_method_types: ['us_bank_account'] });
  expect((await failure(excluded)).code).toBe('payment_intent_incompatible_payment_method');
  const allowed = pay(rig.stripe, 'pm_usBankAccount_success', { allowed_payment_method_types: ['card'] });
  expect((await failure(allowed)).code).toBe('payment_intent_incompatible_payment_method');
});
