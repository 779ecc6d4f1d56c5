import { goneOf } from '../order/share.ts';
import type { GoneShare } from '../order/share.ts';

/** An accrued commission with what was reversed of it. Minor units of the order's currency. */
export interface AccruedCommission {
  readonly id: string;
  readonly level: number;
  readonly agentId: string;
  readonly amountMinor: bigint;
  /** Not negative. */
  readonly reversedMinor: bigint;
  /** The hold is over: the amount stands in the agent's available balance. */
  readonly isReady: boolean;
}

/** An entry to append. `amountMinor` is negative, as reversing entries are. */
export interface CommissionReversal {
  readonly id: string;
  /** The accrual it reverses. */
  readonly accrualId: string;
  readonly level: number;
  readonly agentId: string;
  readonly amountMinor: bigint;
  readonly from: 'held' | 'available';
}

/**
 * Reverses commissions in proportion to the money that is gone, cumulative and at all levels alike; once all is gone,
 * every accrual is reversed to exactly zero. What an agent was already paid is taken too: the balance goes negative and
 * later earnings net it.
 *
 * @param newId makes a fresh UUIDv7.
 * @throws TypeError when the share is none.
 */
export function reverseCommissions(
  accruals: readonly AccruedCommission[],
  share: GoneShare,
  newId: () => string,
): CommissionReversal[] {
  return accruals.flatMap(({ id: accrualId, level, agentId, amountMinor, reversedMinor, isReady }) => {
    const takeMinor = goneOf(amountMinor, share) - reversedMinor;
    if (takeMinor <= 0n) return [];
    const from = isReady ? ('available' as const) : ('held' as const);
    return [{ id: newId(), accrualId, level, agentId, amountMinor: -takeMinor, from }];
  });
}
