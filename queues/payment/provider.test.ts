import Stripe from 'stripe';
import { expect, test } from 'vitest';
import { isDefiniteNo } from './provider.ts';

const {
  StripeAPIError,
  StripeAuthenticationError,
  StripeConnectionError,
  StripeIdempotencyError,
  StripeRateLimitError,
} = Stripe.errors;

test('only a refusal of the request itself is a definite no', () => {
  expect(isDefiniteNo(new Stripe.errors.StripeInvalidRequestError({ message: 'No such payment_intent' }))).toBe(true);
});

test.each([
  StripeAPIError,
  StripeAuthenticationError,
  StripeConnectionError,
  StripeIdempotencyError,
  StripeRateLimitError,
])('a %o leaves the outcome open', (Kind) => {
  expect(isDefiniteNo(new Kind({ message: 'no' }))).toBe(false);
});
