const FIRST_SECONDS = 2;
const MOST_SECONDS = 900;

/**
 * How long a message waits before it is tried again: doubling from two seconds, at most a quarter of an hour. Unclamped
 * it would pass the queue's own limit, which refuses the retry itself.
 *
 * @param attempts how often the message was delivered, this time included; at least 1.
 */
export function backoffSeconds(attempts: number): number {
  // Beyond this exponent the result is the maximum anyway, and a huge count must not overflow.
  const doublings = Math.min(Math.max(attempts, 1) - 1, 20);
  return Math.min(FIRST_SECONDS * 2 ** doublings, MOST_SECONDS);
}
