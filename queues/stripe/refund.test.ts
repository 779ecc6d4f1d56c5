import { expect, test } from 'vitest';
import { readRefund } from './refund.ts';

const row = '018f6b1e-0000-7000-8000-000000000001';
const told = {
  id: 're_1',
  object: 'refund',
  status: 'pending',
  amount: 500,
  currency: 'usd',
  payment_intent: 'pi_1',
  metadata: { refund: row },
};

test('a refund names its PaymentIntent by id or whole, and our row in its metadata', () => {
  const read = {
    id: 're_1',
    account: 'acct_1',
    intentId: 'pi_1',
    status: 'pending',
    amountMinor: 500n,
    currency: 'usd',
  };
  expect(readRefund(told, 'acct_1')).toEqual({ ...read, refundId: row });
  expect(readRefund({ ...told, payment_intent: { id: 'pi_1', object: 'payment_intent' } }, 'acct_1').intentId).toBe(
    'pi_1',
  );
});

test('a refund made at the provider names no row of ours, and one of a charge no PaymentIntent', () => {
  for (const metadata of [{}, null, { refund: '1' }, { refund: `${row}'` }]) {
    expect(readRefund({ ...told, metadata }, null).refundId).toBeNull();
  }
  expect(readRefund({ ...told, payment_intent: null }, null).intentId).toBeNull();
});

test.each([
  ['another object', { object: 'charge' }],
  ['nothing given back', { amount: 0 }],
  ['a fraction', { amount: 0.5 }],
])('%s is refused', (_name, change) => {
  expect(() => readRefund({ ...told, ...change }, null)).toThrow('request.malformed');
});
