import { expect, it } from 'vitest';
import { refundRequest } from './refund.ts';

it('asks under the refund’s own key, and can be found again without it', () => {
  const refund = { id: 'r-1', siteCode: 'na', orderId: 'o-1', intentId: 'pi_1', amountMinor: 500n, attempt: 0 };
  expect(refundRequest(refund)).toEqual({
    params: { payment_intent: 'pi_1', amount: 500, metadata: { site: 'na', order: 'o-1', refund: 'r-1' } },
    idempotencyKey: 'refund:r-1',
  });
  // A failure that the provider repeats under the old key must not stand in the way for ever.
  expect(refundRequest({ ...refund, attempt: 2 }).idempotencyKey).toBe('refund:r-1:2');
});
