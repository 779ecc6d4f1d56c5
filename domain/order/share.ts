import { multiplyDivide } from '../money.ts';

/** How much of a captured payment is gone again, by refunds and lost disputes together. Minor units. */
export interface GoneShare {
  readonly goneMinor: bigint;
  readonly capturedMinor: bigint;
}

/**
 * What of a total goes with the money, counted from the beginning: half up of total × gone ÷ captured, and all of it once
 * all the money is gone. Because it is cumulative, any split of the money takes the same in the end, and the shares of
 * the parts sum exactly.
 *
 * @throws TypeError when there was no money to begin with, or less than none is gone.
 */
export function goneOf(total: bigint, { goneMinor, capturedMinor }: GoneShare): bigint {
  if (capturedMinor <= 0n || goneMinor < 0n) throw new TypeError('Only captured money can be gone.');
  return goneMinor >= capturedMinor ? total : multiplyDivide(total, goneMinor, capturedMinor, 'half_up');
}
