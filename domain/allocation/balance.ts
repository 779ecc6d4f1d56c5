import type { ReleaseState } from './state.ts';

export interface BalanceRelease {
  readonly state: ReleaseState;
  readonly dueAt: Date;
  readonly amountBase: bigint;
  /** What a refund or a lost dispute took away; never more than the amount. */
  readonly reversedBase: bigint;
  /** What the buyer's debt took of it: tokens that were sent before, and taken back from another order. */
  readonly nettedBase: bigint;
}

/** A buyer's tokens in base units. `purchasedBase` is always the sum of the other four. */
export interface Balance {
  readonly purchasedBase: bigint;
  readonly lockedBase: bigint;
  readonly dueBase: bigint;
  readonly inFlightBase: bigint;
  readonly deliveredBase: bigint;
  /** The locked releases, the nearest first. */
  readonly next: readonly { readonly dueAt: Date; readonly amountBase: bigint }[];
}

type Part = 'locked' | 'due' | 'inFlight' | 'delivered';

// A payout that failed or was blocked sent nothing: to the buyer its tokens are due, as before.
const PART_OF_STATE = {
  scheduled: 'locked',
  due: 'due',
  approved: 'due',
  failed: 'due',
  blocked: 'due',
  reversed: 'due',
  submitting: 'inFlight',
  submitted: 'inFlight',
  confirmed: 'delivered',
} as const satisfies Record<ReleaseState, Part>;

/**
 * Adds up releases, each without what was reversed or netted, since nobody will ever send that. What is left of those sent is
 * exactly what arrived.
 */
export function summarise(releases: readonly BalanceRelease[]): Balance {
  const sums: Record<Part, bigint> = { locked: 0n, due: 0n, inFlight: 0n, delivered: 0n };
  const next: { dueAt: Date; amountBase: bigint }[] = [];
  for (const { state, dueAt, amountBase, reversedBase, nettedBase } of releases) {
    const keptBase = amountBase - reversedBase - nettedBase;
    sums[PART_OF_STATE[state]] += keptBase;
    if (state === 'scheduled' && keptBase > 0n) next.push({ dueAt, amountBase: keptBase });
  }
  next.sort((left, right) => left.dueAt.getTime() - right.dueAt.getTime());
  return {
    purchasedBase: sums.locked + sums.due + sums.inFlight + sums.delivered,
    lockedBase: sums.locked,
    dueBase: sums.due,
    inFlightBase: sums.inFlight,
    deliveredBase: sums.delivered,
    next,
  };
}
