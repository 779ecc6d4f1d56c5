import { basisPointsWithin } from '../money.ts';
import { addDays } from '../time.ts';

/** A site's or tier's vesting: a share at once, then a cliff, then equal parts, one per period. */
export interface VestingPolicy {
  /** The share released at the start (the token generation event), 0 to 10000. */
  readonly tgeBasisPoints: number;
  /** Periods without a release before the linear part begins. */
  readonly cliffCount: number;
  /** Linear releases; 0 only when everything is released at the start. */
  readonly periodCount: number;
  readonly periodUnit: 'day' | 'week' | 'month';
}

/** One instalment. `sequence` 0 is the one at the start; n is the n-th linear one. */
export interface PlannedRelease {
  readonly sequence: number;
  readonly dueAt: Date;
  readonly amountBase: bigint;
}

/**
 * Splits an allocation into releases that sum exactly to it.
 *
 * Every amount is rounded down and the last release takes the remainder, so nothing is paid early because of rounding.
 * An instalment that rounds to nothing is left out; its number stays unused. The n-th linear release is due
 * `cliffCount + n` periods after the start: with no cliff, the first comes one period after it.
 *
 * @param totalBase base units, not negative.
 * @param startsAt the moment of settlement, to which all dates are anchored.
 * @throws TypeError when the policy or the total cannot make a schedule.
 */
export function schedule(policy: VestingPolicy, totalBase: bigint, startsAt: Date): PlannedRelease[] {
  assertPolicy(policy);
  if (totalBase < 0n) throw new TypeError('An allocation cannot be negative.');
  const atStartBase = basisPointsWithin(totalBase, policy.tgeBasisPoints);
  const releases: PlannedRelease[] = [{ sequence: 0, dueAt: startsAt, amountBase: atStartBase }];
  const linearBase = totalBase - atStartBase;
  const partBase = policy.periodCount === 0 ? 0n : linearBase / BigInt(policy.periodCount);
  for (let sequence = 1; sequence <= policy.periodCount; sequence += 1) {
    const isLast = sequence === policy.periodCount;
    releases.push({
      sequence,
      dueAt: addPeriods(startsAt, policy.cliffCount + sequence, policy.periodUnit),
      amountBase: isLast ? linearBase - partBase * BigInt(policy.periodCount - 1) : partBase,
    });
  }
  return releases.filter((release) => release.amountBase > 0n);
}

function assertPolicy({ tgeBasisPoints, cliffCount, periodCount }: VestingPolicy): void {
  const counts = [tgeBasisPoints, cliffCount, periodCount];
  if (counts.some((count) => !Number.isSafeInteger(count) || count < 0) || tgeBasisPoints > 10_000) {
    throw new TypeError('A vesting policy holds whole numbers, and at most 10000 basis points at the start.');
  }
  if (periodCount === 0 && tgeBasisPoints !== 10_000) {
    throw new TypeError('A vesting policy without periods releases everything at the start.');
  }
}

function addPeriods(anchor: Date, count: number, unit: VestingPolicy['periodUnit']): Date {
  switch (unit) {
    case 'day':
      return addDays(anchor, count);
    case 'week':
      return addDays(anchor, count * 7);
    case 'month':
      return addMonths(anchor, count);
  }
}

// Counted from the anchor each time, not from the last date, so that 31 January leads to 28 February and 31 March.
function addMonths(anchor: Date, count: number): Date {
  const due = new Date(anchor);
  due.setUTCDate(1);
  due.setUTCMonth(due.getUTCMonth() + count);
  const lastDay = new Date(Date.UTC(due.getUTCFullYear(), due.getUTCMonth() + 1, 0)).getUTCDate();
  due.setUTCDate(Math.min(anchor.getUTCDate(), lastDay));
  return due;
}
