import { disputeStanding } from './status.ts';

/** What the provider says of a dispute at one moment, in minor units of the payment's currency. */
export interface DisputeFact {
  readonly status: string;
  /** What the buyer's bank asks for. */
  readonly amountMinor: bigint;
  /** All that was ever taken from the provider's balance for it. */
  readonly withdrawnMinor: bigint;
  /** All that was ever given back. */
  readonly reinstatedMinor: bigint;
}

/** A dispute as we know it. `lostMinor` is what it had cost when it was lost; that never shrinks. */
export interface DisputeRecord extends DisputeFact {
  readonly lostMinor: bigint;
}

/**
 * Takes in what the provider says of a dispute now. Amounts are cumulative and only grow, so it does not matter how often
 * it is asked, or what it would have said in between.
 *
 * A dispute that was once lost stays counted as lost even if an appeal is won: tokens were reversed and cannot be called
 * back to where they were, so the money that returns is for an operator to decide on.
 */
export function mergeDispute(known: DisputeRecord | null, fact: DisputeFact): DisputeRecord {
  const lostMinor = lossOf(fact);
  if (known === null) return { ...fact, lostMinor };
  return {
    status: fact.status,
    amountMinor: larger(known.amountMinor, fact.amountMinor),
    withdrawnMinor: larger(known.withdrawnMinor, fact.withdrawnMinor),
    reinstatedMinor: larger(known.reinstatedMinor, fact.reinstatedMinor),
    lostMinor: larger(known.lostMinor, lostMinor),
  };
}

function lossOf({ status, withdrawnMinor, reinstatedMinor }: DisputeFact): bigint {
  if (disputeStanding(status) !== 'lost') return 0n;
  return larger(withdrawnMinor - reinstatedMinor, 0n);
}

function larger(left: bigint, right: bigint): bigint {
  return left > right ? left : right;
}
