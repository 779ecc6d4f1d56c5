import type { OrderStatus } from '../order/state.ts';
import { unsentBase } from './reverse.ts';
import type { ReversibleRelease } from './reverse.ts';

/** How one release pays a buyer's debt before it pays the buyer. Base units. */
export interface Netting {
  readonly nettedBase: bigint;
  /** What is left to send; zero means the release is not sent at all. */
  readonly payBase: bigint;
}

/**
 * Nets a debt from a release that is about to be sent. Tokens that were sent and then reversed are never asked back; the
 * buyer simply receives less.
 *
 * @param debtBase what the buyer owes on the site, whichever order it came from; not negative.
 * @throws TypeError when the debt is negative.
 */
export function netDebt(release: Omit<ReversibleRelease, 'id' | 'sequence'>, debtBase: bigint): Netting {
  if (debtBase < 0n) throw new TypeError('A debt is never negative.');
  const availableBase = unsentBase(release);
  const nettedBase = debtBase < availableBase ? debtBase : availableBase;
  return { nettedBase, payBase: availableBase - nettedBase };
}

/**
 * Whether a release is settled by the buyer's debt alone, with nobody's approval: its payout came back after its order was
 * refunded, so the debt was made for tokens that never left, and would be taken from what the buyer pays for next.
 */
export function settlesDebt(
  status: OrderStatus,
  release: Omit<ReversibleRelease, 'id' | 'sequence'>,
  debtBase: bigint,
): boolean {
  const cameBack = release.state === 'failed' || release.state === 'blocked';
  const { nettedBase, payBase } = netDebt(release, debtBase);
  return status === 'refunded' && cameBack && nettedBase > 0n && payBase === 0n;
}
