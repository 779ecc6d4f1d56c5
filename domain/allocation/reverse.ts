import { RELEASE_STATES } from './state.ts';
import type { ReleaseState } from './state.ts';

/** A release as far as a reversal or a netting may take from it. Base units. */
export interface ReversibleRelease {
  readonly id: string;
  readonly sequence: number;
  readonly state: ReleaseState;
  readonly amountBase: bigint;
  readonly reversedBase: bigint;
  /** What a debt of the buyer has already taken from it. */
  readonly nettedBase: bigint;
}

/** What a reversal takes from one release. The release keeps its amount. */
export interface TakenRelease {
  readonly id: string;
  readonly takenBase: bigint;
  /** Everything taken from it by reversals so far, this one included. */
  readonly reversedBase: bigint;
  /** `reversed` once nothing is left to send, else the state it has. */
  readonly state: ReleaseState;
}

export interface TokenReversal {
  readonly releases: readonly TakenRelease[];
  /** What was already sent, or is on its way, and cannot be taken back: the buyer's debt. */
  readonly debtBase: bigint;
}

const IS_SENT = {
  scheduled: false,
  due: false,
  approved: false,
  failed: false,
  blocked: false,
  submitting: true,
  submitted: true,
  confirmed: true,
  // Nothing is left of it.
  reversed: true,
} as const satisfies Record<ReleaseState, boolean>;

/** States in which nothing of a release is here any more. */
export const SENT_STATES = RELEASE_STATES.filter((state) => IS_SENT[state]);

/** What of a release is still here and can be taken. A payout in flight may already have left. */
export function unsentBase(release: Omit<ReversibleRelease, 'id' | 'sequence'>): bigint {
  return IS_SENT[release.state] ? 0n : release.amountBase - release.reversedBase - release.nettedBase;
}

/**
 * Takes tokens back from an allocation: from what is unsent, the last release first, so that what is due soonest stays
 * due; the rest becomes debt.
 *
 * @param takeBase how much to take now; not negative.
 * @throws TypeError when it is negative.
 */
export function reverseTokens(releases: readonly ReversibleRelease[], takeBase: bigint): TokenReversal {
  if (takeBase < 0n) throw new TypeError('A reversal never gives tokens back.');
  const taken: TakenRelease[] = [];
  let leftBase = takeBase;
  for (const release of [...releases].sort((left, right) => right.sequence - left.sequence)) {
    const availableBase = unsentBase(release);
    const takenBase = availableBase < leftBase ? availableBase : leftBase;
    if (takenBase === 0n) continue;
    leftBase -= takenBase;
    taken.push({
      id: release.id,
      takenBase,
      reversedBase: release.reversedBase + takenBase,
      state: takenBase === availableBase ? 'reversed' : release.state,
    });
  }
  return { releases: taken, debtBase: leftBase };
}
