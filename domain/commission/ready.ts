import { commissionReady } from '../ledger/transfer.ts';
import type { Transfer } from '../ledger/transfer.ts';
import { earliest } from '../time.ts';
import type { AccruedCommission } from './reverse.ts';

/** An accrued commission and the end of its hold. */
export interface DatedCommission extends AccruedCommission {
  readonly currency: string;
  readonly readyAt: Date;
}

/** What the end of a hold brings. */
export interface Readiness {
  /** One for each commission that becomes available, of what reversals left of it. */
  readonly transfers: readonly Transfer[];
  /** When the next hold of the order ends; null when none is left. */
  readonly heldUntil: Date | null;
}

/**
 * Works out which commissions of an order become available. One that was wholly reversed never does: there is nothing left
 * to move.
 */
export function decideReadiness(accruals: readonly DatedCommission[], now: Date): Readiness {
  const held = accruals.filter((each) => !each.isReady && leftOf(each) > 0n);
  return {
    transfers: held
      .filter(({ readyAt }) => readyAt <= now)
      .map((each) => commissionReady({ ...each, entryId: each.id, amountMinor: leftOf(each) })),
    heldUntil: earliest(held.map(({ readyAt }) => readyAt).filter((readyAt) => readyAt > now)),
  };
}

function leftOf({ amountMinor, reversedMinor }: AccruedCommission): bigint {
  return amountMinor - reversedMinor;
}
