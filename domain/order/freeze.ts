import { disputeStanding } from '../dispute/status.ts';
import { goneMinor, pendingMinor } from '../refund/reversible.ts';
import type { CapturedMoney } from '../refund/reversible.ts';
import { goneOf } from './share.ts';

export interface FreezeInput {
  /** The order's payment with everything that takes from it; null for an order that cost nothing. */
  readonly money: CapturedMoney | null;
  readonly totalBase: bigint;
  /** The provider warns of fraud and an operator has not cleared it. */
  readonly isWarned: boolean;
}

/** What of an order may not be paid out for now. */
export interface Freeze {
  /** Nothing at all may leave. */
  readonly isWhole: boolean;
  /** Base units that a refund on its way will take; they must stay unsent. */
  readonly shareBase: bigint;
}

/**
 * Decides what holds an order's tokens. An open dispute or a fraud warning may take everything, so it freezes everything;
 * a refund on its way takes a known share and freezes no more than that.
 */
export function freezeOf({ money, totalBase, isWarned }: FreezeInput): Freeze {
  if (money === null || money.capturedMinor === 0n) return { isWhole: isWarned, shareBase: 0n };
  const gone = goneMinor(money);
  const { capturedMinor } = money;
  const afterBase = goneOf(totalBase, { goneMinor: gone + pendingMinor(money.refunds), capturedMinor });
  return {
    isWhole: isWarned || money.disputes.some(({ status }) => disputeStanding(status) === 'open'),
    shareBase: afterBase - goneOf(totalBase, { goneMinor: gone, capturedMinor }),
  };
}

/**
 * Whether a payout leaves enough behind for the share that is frozen.
 *
 * @param unsentBase what the order's releases still have here, the payout's own amount included.
 */
export function leavesShare(unsentBase: bigint, payBase: bigint, shareBase: bigint): boolean {
  return unsentBase - payBase >= shareBase;
}
