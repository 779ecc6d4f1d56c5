/**
 * Every sweep there is: what a webhook or a nudge should have started and did not, one of them finds. The consumer starts
 * each of them every minute, and readiness misses any that it does not.
 */
export const SWEEP_NAMES = [
  'orders.expire',
  'payments.events',
  'payments.reconcile',
  'refunds.submit',
  'reviews.resolve',
  'orders.refreeze',
  'commissions.ready',
  'releases.due',
  'releases.submit',
  'payouts.poll',
  'audit.seal',
  'secrets.rotate',
  'nonces.clear',
  'sessions.clear',
  'keys.clear',
  'logins.cut',
  'events.cut',
] as const;

export type SweepName = (typeof SWEEP_NAMES)[number];

/** Tells a sweep's name from any other word. */
export function isSweepName(word: string): word is SweepName {
  return SWEEP_NAMES.some((name) => name === word);
}
