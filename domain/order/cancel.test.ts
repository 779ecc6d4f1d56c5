import { expect, test } from 'vitest';
import { DomainError } from '../error.ts';
import { decideCancel } from './cancel.ts';
import type { CancelInput } from './cancel.ts';

function decide(change: Partial<CancelInput>): string {
  try {
    return decideCancel({ status: 'pending', intentStatus: 'requires_payment_method', isTried: false, ...change });
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

test('the PaymentIntent is cancelled first, and units return only when the provider says it is', () => {
  expect(decide({})).toBe('cancel_intent');
  expect(decide({ intentStatus: 'canceled', isTried: true })).toBe('release');
  expect(decide({ isTried: true })).toBe('order.state');
  expect(decide({ intentStatus: 'processing', isTried: true })).toBe('order.state');
});

test('an order without a PaymentIntent has nothing to cancel at the provider', () => {
  expect(decide({ intentStatus: null })).toBe('release');
});

test('what is paid stays paid, and what is cancelled is cancelled again without harm', () => {
  expect(decide({ intentStatus: 'succeeded' })).toBe('order.state');
  for (const status of ['paid', 'expired', 'review', 'refunded'] as const)
    expect(decide({ status })).toBe('order.state');
  expect(decide({ status: 'cancelled', intentStatus: 'canceled' })).toBe('already');
});
