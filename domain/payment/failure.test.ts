import Stripe from 'stripe';
import { expect, test } from 'vitest';
import { paymentFailure } from './failure.ts';

const { StripeInvalidRequestError } = Stripe.errors;

test('only a refusal of the request itself is a definite no', () => {
  const refused = new StripeInvalidRequestError({ message: 'No such payment_intent', type: 'invalid_request_error' });
  expect(paymentFailure(refused)).toBe('definite_no');
  expect(paymentFailure(Object.assign(refused, { statusCode: 404 }))).toBe('definite_no');
});

test.each([
  ['error of the provider', 'StripeAPIError', {}],
  ['bad key', 'StripeAuthenticationError', { statusCode: 401 }],
  ['missing permission', 'StripePermissionError', { statusCode: 403 }],
  ['broken connection', 'StripeConnectionError', {}],
  ['conflict of keys', 'StripeIdempotencyError', { statusCode: 400 }],
  ['rate limit', 'StripeRateLimitError', { statusCode: 429 }],
  ['locked object', 'StripeInvalidRequestError', { statusCode: 400, code: 'lock_timeout' }],
  ['rate limit called a bad request', 'StripeInvalidRequestError', { statusCode: 429 }],
  ['server error called a bad request', 'StripeInvalidRequestError', { statusCode: 500 }],
] as const)('a %s leaves the outcome open', (_name, kind, members) => {
  const error = new Stripe.errors[kind]({ message: 'no', type: 'api_error' });
  expect(paymentFailure(Object.assign(error, members))).toBe('unknown');
});

test('a connected account that lets us in no more says so, and nothing else that is forbidden does', () => {
  const forbidden = new Stripe.errors.StripePermissionError({ message: 'no', type: 'invalid_request_error' });
  expect(paymentFailure(Object.assign(forbidden, { statusCode: 403, code: 'account_invalid' }))).toBe('account_lost');
  expect(paymentFailure(Object.assign(forbidden, { code: 'secret_key_required' }))).toBe('unknown');
});

test('what is no error of the provider leaves the outcome open', () => {
  for (const other of [new TypeError('no'), 'no', null, { type: 'StripeInvalidRequestError' }]) {
    expect(paymentFailure(other)).toBe('unknown');
  }
});
