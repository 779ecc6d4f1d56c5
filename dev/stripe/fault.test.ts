import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { bootRig, failure, pay } from './rig.ts';
import type { Rig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await bootRig();
});
afterEach(async () => {
  await rig.control('reset_faults');
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

const usd = { amount: 20_000, currency: 'usd' };
const create = (idempotencyKey: string, mark: string): Promise<Stripe.PaymentIntent> =>
  rig.stripe.paymentIntents.create({ ...usd, metadata: { mark } }, { idempotencyKey });
const countOf = (mark: string): number =>
  rig.standIn.events().filter((event) => (event.data.object as Stripe.PaymentIntent).metadata['mark'] === mark).length;

test('a request that is answered by nothing may have been carried out, and its key tells', async () => {
  const [key, mark] = [randomUUID(), randomUUID()];
  // The SDK tries once more of itself when a connection is closed.
  await rig.control('fault', { mode: 'act_then_timeout', times: 2, path: '/v1/payment_intents' });
  expect(await failure(create(key, mark))).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  expect(countOf(mark)).toBe(1);
  await expect(create(key, mark)).resolves.toMatchObject({ metadata: { mark } });
  expect(countOf(mark)).toBe(1);
});

test('a request that hangs is given up by the caller, and nothing was done', async () => {
  const mark = randomUUID();
  await rig.control('fault', { mode: 'timeout', hang: true, method: 'POST' });
  const asked = rig.stripe.paymentIntents.create({ ...usd, metadata: { mark } }, { timeout: 100 });
  expect(await failure(asked)).toBeInstanceOf(Stripe.errors.StripeConnectionError);
  expect(countOf(mark)).toBe(0);
});

test('too many requests are refused with nothing done and nothing saved', async () => {
  const [key, mark] = [randomUUID(), randomUUID()];
  await rig.control('fault', { mode: 'status', status: 429 });
  const error = await failure(create(key, mark));
  expect(error).toBeInstanceOf(Stripe.errors.StripeRateLimitError);
  expect(error).toMatchObject({ code: 'rate_limit', headers: { 'retry-after': '1' } });
  await expect(create(key, mark)).resolves.toMatchObject({ metadata: { mark } });
});

test('a 500 is saved under its key, whether the work was done or not', async () => {
  for (const [mode, done] of [
    ['status', 0],
    ['act_then_status', 1],
  ] as const) {
    const [key, mark] = [randomUUID(), randomUUID()];
    await rig.control('fault', { mode, status: 500 });
    expect((await failure(create(key, mark))).statusCode).toBe(500);
    const again = await failure(create(key, mark));
    expect(again).toMatchObject({ statusCode: 500, headers: { 'idempotent-replayed': 'true' } });
    expect(countOf(mark)).toBe(done);
    await expect(create(randomUUID(), mark)).resolves.toMatchObject({ metadata: { mark } });
  }
});

test('a fault meets only the requests it names, and ends when it is used up or all are cleared', async () => {
  const { id } = await rig.stripe.paymentIntents.create(usd);
  await rig.control('fault', {
    mode: 'status',
    status: 503,
    path: '/v1/payment_intents/*/cancel$',
    account: 'acct_na',
  });
  await rig.control('fault', { mode: 'status', status: 503, times: 9, path: '/v1/payment_intents$', method: 'GET' });
  await expect(rig.stripe.paymentIntents.retrieve(id)).resolves.toMatchObject({ id });
  await expect(rig.stripe.paymentIntents.cancel(id)).resolves.toMatchObject({ status: 'canceled' });
  expect((await failure(rig.stripe.paymentIntents.list())).statusCode).toBe(503);
  const onAccount = { stripeContext: 'acct_na' };
  expect((await failure(rig.stripe.paymentIntents.cancel('pi_none', {}, onAccount))).statusCode).toBe(503);
  expect((await failure(rig.stripe.paymentIntents.cancel('pi_none', {}, onAccount))).statusCode).toBe(404);
  await rig.control('reset_faults');
  expect((await rig.stripe.paymentIntents.list({ limit: 1 })).data).toHaveLength(1);
});

test('senseless faults are refused', async () => {
  for (const body of [{}, { mode: 'status', status: 200 }, { mode: 'timeout', times: 0 }]) {
    expect(await rig.control('fault', body)).toHaveProperty('message');
  }
});

test('a connected account can pay itself a PaymentIntent that names what is not its own', async () => {
  const forged = await rig.control('forge', { account: 'acct_na', ...usd, metadata: { order_id: 'of another site' } });
  expect(forged).toMatchObject({ status: 'succeeded', metadata: { order_id: 'of another site' } });
  const { id } = forged as Stripe.PaymentIntent;
  await expect(rig.stripe.paymentIntents.retrieve(id, {}, { stripeContext: 'acct_na' })).resolves.toMatchObject({ id });
});

test('what is of live mode is told of in events, and hidden from a key of test mode', async () => {
  const forged = (await rig.control('forge', { ...usd, livemode: true })) as Stripe.PaymentIntent;
  const event = rig.standIn.events().find((told) => (told.data.object as { id: string }).id === forged.id);
  expect(event?.livemode).toBe(true);
  const error = await failure(rig.stripe.paymentIntents.retrieve(forged.id));
  expect(error.message).toContain('exists in live mode');
  expect((await rig.stripe.events.list({ limit: 100 })).data.every(({ livemode }) => !livemode)).toBe(true);
});

test('an account can be connected, and take its leave', async () => {
  const onAccount = { stripeContext: 'acct_new' };
  expect((await failure(rig.stripe.paymentIntents.create(usd, onAccount))).code).toBe('account_invalid');
  await rig.control('accounts', { account: 'acct_new' });
  expect(await pay(rig.stripe, 'pm_card_visa', {}, onAccount)).toMatchObject({ status: 'succeeded' });
  await rig.control('accounts', { account: 'acct_new', connected: false });
  expect((await failure(rig.stripe.paymentIntents.create(usd, onAccount))).code).toBe('account_invalid');
});
