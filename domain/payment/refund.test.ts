import fc from 'fast-check';
import { expect, it } from 'vitest';
import { refundAttempt, refundRequest } from './refund.ts';

it('asks under the refund’s own key, and can be found again without it', () => {
  const refund = { id: 'r-1', siteCode: 'na', orderId: 'o-1', intentId: 'pi_1', amountMinor: 500n, attempt: 0 };
  expect(refundRequest(refund)).toEqual({
    params: { payment_intent: 'pi_1', amount: 500, metadata: { site: 'na', order: 'o-1', refund: 'r-1' } },
    idempotencyKey: 'refund:r-1',
  });
  // A failure that the provider repeats under the old key must not stand in the way for ever.
  expect(refundRequest({ ...refund, attempt: 2 }).idempotencyKey).toBe('refund:r-1:2');
});

it('never asks under two keys within the time that a call may take', () => {
  const minute = fc.double({ min: -1, max: 3 * 24 * 60, noNaN: true });
  const later = fc.double({ min: 0, max: 4.99, noNaN: true });
  fc.assert(
    fc.property(minute, later, (first, apart) => {
      const attempts = [refundAttempt(first), refundAttempt(first + apart)].filter((attempt) => attempt !== null);
      expect(new Set(attempts).size).toBeLessThanOrEqual(1);
    }),
  );
});

it('asks under a fresh key once a failure under the old one is sure', () => {
  expect([0, 9.9, 10.1, 14.99, 15, 24.9, 25.1, 30].map(refundAttempt)).toEqual([0, 0, null, null, 1, 1, null, 2]);
});
