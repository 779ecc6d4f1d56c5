import { createHmac } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Env } from '../env.ts';
import { readStripeWebhook } from './stripe.ts';

const SECRET = 'whsec_test';
const env = { STRIPE_WEBHOOK_SECRETS: SECRET, STRIPE_LIVEMODE: 'false', STRIPE_SECRET_KEY: 'sk_test_x' } as Env;

/** Reads an event signed as the provider signs it. */
function read(event: object) {
  const text = JSON.stringify(event);
  const now = Math.floor(Date.now() / 1_000);
  const mac = createHmac('sha256', SECRET).update(`${now}.${text}`).digest('hex');
  return readStripeWebhook(env, text, `t=${now},v1=${mac}`);
}

it('takes no event of live mode in test mode, nor one that does not say', async () => {
  const event = { id: 'evt_1', object: 'event', type: 'x.y', data: { object: { id: 'pi_1' } } };
  expect(await read({ ...event, livemode: true })).toBeNull();
  expect(await read(event)).toBeNull();
  expect(await read({ ...event, livemode: false })).toMatchObject({ account: null, event: { id: 'evt_1' } });
});

it.each([
  ['an object with an id', { object: { id: 'pi_1' } }, 'pi_1'],
  ['an object without one', { object: {} }, 'evt_1'],
  ['no object', { object: null }, 'evt_1'],
  ['no data', null, 'evt_1'],
])('cuts a large event to its ids: %s', async (_, data, object) => {
  const event = { id: 'evt_1', object: 'event', type: 'x.y', livemode: false, data, filling: 'a'.repeat(120_000) };
  expect(await read(event)).toMatchObject({ full: false, event: { id: 'evt_1', type: 'x.y', object } });
});
