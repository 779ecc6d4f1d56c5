/**
 * What a failed call to the payment provider tells: the provider refused and did nothing, the connected account no longer
 * lets us in (or never did), or nobody knows what the provider did.
 */
export type PaymentFailure = 'definite_no' | 'account_lost' | 'unknown';

/**
 * Classifies what the provider's SDK threw; the one place that does, for both Workers. Only a refusal of the request
 * itself is a definite no. A bad key, a conflict, too many requests, an error of the provider's or a time-out says nothing
 * about what was done: that is resolved by reading, never by a second blind write.
 */
export function paymentFailure(error: unknown): PaymentFailure {
  if (!(error instanceof Error) || !('type' in error)) return 'unknown';
  // The API answers it like any outage; the consumer counts the hours. Nothing else that our key may not do says so: a
  // restricted key is our own mistake, and mended.
  const isLost = error.type === 'StripePermissionError' && 'code' in error && error.code === 'account_invalid';
  if (isLost) return 'account_lost';
  if (error.type !== 'StripeInvalidRequestError') return 'unknown';
  const status = 'statusCode' in error && typeof error.statusCode === 'number' ? error.statusCode : 400;
  // Another request holds the object: it says so as if ours were wrong.
  const isLocked = 'code' in error && error.code === 'lock_timeout';
  return isLocked || status === 409 || status === 429 || status >= 500 ? 'unknown' : 'definite_no';
}

/** Whether the provider answered that it has no such object, which is a fact and no failure. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'resource_missing';
}
