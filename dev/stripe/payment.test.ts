import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bootRig, failure } from './rig.ts';
import type { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await bootRig();
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

const usd = { amount: 20_000, currency: 'usd', automatic_payment_methods: { enabled: true } };
const payBack = { payment_method: 'pm_card_visa', return_url: 'http://na.localhost:8787/orders/1' };

test('a test card that works pays the PaymentIntent in full and leaves a charge with its metadata', async () => {
  const created = await rig.stripe.paymentIntents.create({ ...usd, metadata: { order: 'o1', site: 'na' } });
  expect(created).toMatchObject({ status: 'requires_payment_method', amount: 20_000, livemode: false });
  const paid = await rig.stripe.paymentIntents.confirm(created.id, payBack);
  expect(paid).toMatchObject({ status: 'succeeded', amount_received: 20_000, metadata: { order: 'o1', site: 'na' } });
  const read = await rig.stripe.paymentIntents.retrieve(created.id, { expand: ['latest_charge'] });
  expect(read.latest_charge).toMatchObject({
    paid: true,
    amount_captured: 20_000,
    payment_intent: created.id,
    metadata: { order: 'o1' },
  });
});

test('a declined card leaves the PaymentIntent open, says why, and the next card may pay it', async () => {
  const { id } = await rig.stripe.paymentIntents.create(usd);
  const error = await failure(
    rig.stripe.paymentIntents.confirm(id, { ...payBack, payment_method: 'pm_card_chargeDeclined' }),
  );
  expect(error).toBeInstanceOf(Stripe.errors.StripeCardError);
  expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' });
  const open = await rig.stripe.paymentIntents.retrieve(id);
  expect(open).toMatchObject({ status: 'requires_payment_method', last_payment_error: { code: 'card_declined' } });
  expect(await rig.stripe.paymentIntents.confirm(id, payBack)).toMatchObject({
    status: 'succeeded',
    last_payment_error: null,
  });
});

test('a paid PaymentIntent can be neither confirmed nor canceled, a canceled one not paid', async () => {
  const first = await rig.stripe.paymentIntents.create(usd);
  await rig.stripe.paymentIntents.confirm(first.id, payBack);
  const late = await failure(rig.stripe.paymentIntents.cancel(first.id));
  expect(late).toMatchObject({ code: 'payment_intent_unexpected_state', payment_intent: { status: 'succeeded' } });
  expect((await failure(rig.stripe.paymentIntents.confirm(first.id, payBack))).code).toBe(
    'payment_intent_unexpected_state',
  );
  const second = await rig.stripe.paymentIntents.create(usd);
  const canceled = await rig.stripe.paymentIntents.cancel(second.id, { cancellation_reason: 'abandoned' });
  expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
  expect((await failure(rig.stripe.paymentIntents.confirm(second.id, payBack))).code).toBe(
    'payment_intent_unexpected_state',
  );
});

test('a key replays its first answer and refuses other parameters', async () => {
  const idempotencyKey = randomUUID();
  const first = await rig.stripe.paymentIntents.create(usd, { idempotencyKey });
  const again = await rig.stripe.paymentIntents.create(usd, { idempotencyKey });
  expect(again.id).toBe(first.id);
  expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
  const other = await failure(rig.stripe.paymentIntents.create({ ...usd, amount: 1 + usd.amount }, { idempotencyKey }));
  expect(other).toBeInstanceOf(Stripe.errors.StripeIdempotencyError);
  expect(other.statusCode).toBe(400);
});

test('a declined confirmation is replayed too, a refused parameter is not', async () => {
  const { id } = await rig.stripe.paymentIntents.create(usd);
  const declined = { ...payBack, payment_method: 'pm_card_chargeDeclined' };
  const key = { idempotencyKey: randomUUID() };
  const first = await failure(rig.stripe.paymentIntents.confirm(id, declined, key));
  const again = await failure(rig.stripe.paymentIntents.confirm(id, declined, key));
  expect(again.charge).toBe(first.charge);
  const fresh = { idempotencyKey: randomUUID() };
  expect((await failure(rig.stripe.paymentIntents.create({ ...usd, amount: 1 }, fresh))).code).toBe('amount_too_small');
  await expect(rig.stripe.paymentIntents.create(usd, fresh)).resolves.toMatchObject({ amount: 20_000 });
});

test('an account sees its own objects only, by either header', async () => {
  const own = await rig.stripe.paymentIntents.create(
    { ...usd, amount: 5_000, currency: 'jpy' },
    { stripeContext: 'acct_asia' },
  );
  await expect(rig.stripe.paymentIntents.retrieve(own.id, {}, { stripeAccount: 'acct_asia' })).resolves.toMatchObject({
    id: own.id,
  });
  for (const options of [{}, { stripeContext: 'acct_na' }]) {
    const error = await failure(rig.stripe.paymentIntents.retrieve(own.id, {}, options));
    expect(error).toMatchObject({ statusCode: 404, code: 'resource_missing' });
  }
  const foreign = await failure(rig.stripe.paymentIntents.create(usd, { stripeContext: 'acct_other' }));
  expect(foreign).toMatchObject({ statusCode: 403, code: 'account_invalid' });
});

test.each([
  [{ amount: 49, currency: 'usd' }, 'amount_too_small'],
  [{ amount: 49, currency: 'jpy' }, 'amount_too_small'],
  [{ amount: 100_000_000, currency: 'usd' }, 'amount_too_large'],
  [{ amount: 1_001, currency: 'kwd' }, 'parameter_invalid_integer'],
  [{ amount: 100, currency: 'zzz' }, 'parameter_invalid'],
  [{ amount: 100, currency: 'usd', excluded_payment_method_types: ['no_such_type'] }, 'parameter_invalid'],
  [{ amount: 100, currency: 'usd', excluded_payment_method_types: ['card', 'us_bank_account'] }, undefined],
])('bad parameters are refused: %j', async (params, code) => {
  const error = await failure(rig.stripe.paymentIntents.create(params));
  expect(error).toMatchObject({ statusCode: 400, type: 'StripeInvalidRequestError' });
  expect(error.code).toBe(code);
});

test('delayed methods can be excluded, and what the API version dropped is unknown', async () => {
  const intent = await rig.stripe.paymentIntents.create({ ...usd, excluded_payment_method_types: ['us_bank_account'] });
  expect(intent.payment_method_types).toEqual(['card']);
  const old = { ...usd, payment_method_types: ['card'] } as Stripe.PaymentIntentCreateParams;
  expect((await failure(rig.stripe.paymentIntents.create(old))).code).toBe('parameter_unknown');
});

test('a publishable key reads and confirms with the client secret only, and sees no metadata', async () => {
  const { id, client_secret: secret } = await rig.stripe.paymentIntents.create({ ...usd, metadata: { order: 'o2' } });
  expect((await failure(rig.browser.paymentIntents.retrieve(id))).statusCode).toBe(404);
  expect((await failure(rig.browser.paymentIntents.retrieve(id, { client_secret: `${id}_secret_x` }))).statusCode).toBe(
    404,
  );
  expect((await failure(rig.browser.paymentIntents.create(usd))).code).toBe('secret_key_required');
  expect((await failure(rig.browser.events.list())).code).toBe('secret_key_required');
  const seen = await rig.browser.paymentIntents.retrieve(id, { client_secret: secret ?? '' });
  expect(seen).toMatchObject({ id, amount: 20_000, client_secret: secret });
  expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['metadata']));
  expect(Object.keys(seen)).not.toEqual(expect.arrayContaining(['latest_charge']));
});

test('a card typed into a browser is charged by its number', async () => {
  const confirm = async (number: string, expYear = '40'): Promise<unknown> => {
    const intent = await rig.stripe.paymentIntents.create(usd);
    const body = new URLSearchParams({
      key: 'pk_test_rig',
      client_secret: intent.client_secret ?? '',
      use_stripe_sdk: 'true',
      'payment_method_data[type]': 'card',
      'payment_method_data[card][number]': number,
      'payment_method_data[card][exp_month]': '12',
      'payment_method_data[card][exp_year]': expYear,
      'payment_method_data[card][cvc]': '123',
    });
    const answer = await fetch(`${rig.standIn.url}/v1/payment_intents/${intent.id}/confirm`, { method: 'POST', body });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    return answer.json();
  };
  expect(await confirm('4242 4242 4242 4242')).toMatchObject({ status: 'succeeded' });
  expect(await confirm('4000000000000002')).toMatchObject({
    error: { type: 'card_error', decline_code: 'generic_decline' },
  });
  expect(await confirm('4000000000000002')).not.toHaveProperty('error.payment_intent.metadata');
  expect(await confirm('4242424242424241')).toMatchObject({ error: { code: 'incorrect_number' } });
  expect(await confirm('4242424242424242', '20')).toMatchObject({ error: { code: 'invalid_expiry_year' } });
  expect(await confirm('4111111111111111')).toMatchObject({ error: { decline_code: 'test_mode_live_card' } });
});

test('a wrong key, an unknown path and an unknown API version are refused in the shape of Stripe', async () => {
  const stranger = new Stripe('sk_test_wrong', { host: '127.0.0.1', port: rig.standIn.port, protocol: 'http' });
  expect(await failure(stranger.paymentIntents.create(usd))).toBeInstanceOf(Stripe.errors.StripeAuthenticationError);
  expect((await failure(rig.stripe.customers.create({ email: 'a@example.com' }))).statusCode).toBe(404);
  const old = await failure(rig.stripe.paymentIntents.create(usd, { apiVersion: '2024-06-20' }));
  expect(old.message).toContain('2026-10-28.endive');
});
