import { expect, test } from 'vitest';
import { readIntent } from './intent.ts';

const order = '018f6b1e-0000-7000-8000-000000000001';
const told = {
  id: 'pi_1',
  object: 'payment_intent',
  status: 'succeeded',
  amount: 20_000,
  amount_received: 20_000,
  currency: 'usd',
  metadata: { site: 'na', order },
};

test('a PaymentIntent keeps what was captured apart from what was asked for', () => {
  expect(readIntent({ ...told, amount_received: 15_000 }, 'acct_1')).toEqual({
    id: 'pi_1',
    account: 'acct_1',
    status: 'succeeded',
    amountMinor: 20_000n,
    receivedMinor: 15_000n,
    currency: 'usd',
    siteCode: 'na',
    orderId: order,
  });
});

test('metadata that no order of ours could have written names neither site nor order', () => {
  for (const metadata of [{}, { site: "na' or 1=1", order: '1' }, { site: '', order: order.toUpperCase() }]) {
    expect(readIntent({ ...told, metadata }, null)).toMatchObject({ siteCode: null, orderId: null });
  }
});

test.each([
  ['another object', { object: 'charge' }],
  ['a fraction', { amount: 0.5 }],
  ['a negative amount', { amount_received: -1 }],
  ['no status', { status: undefined }],
])('%s is refused', (_name, change) => {
  expect(() => readIntent({ ...told, ...change }, null)).toThrow('request.malformed');
  expect(() => readIntent(null, null)).toThrow('request.malformed');
});
