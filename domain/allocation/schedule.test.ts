import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { schedule } from './schedule.ts';
import type { VestingPolicy } from './schedule.ts';

const policy: fc.Arbitrary<VestingPolicy> = fc
  .record({
    tgeBasisPoints: fc.integer({ min: 0, max: 10_000 }),
    cliffCount: fc.integer({ min: 0, max: 36 }),
    periodCount: fc.integer({ min: 0, max: 60 }),
    periodUnit: fc.constantFrom('day', 'week', 'month'),
  })
  .map((made) => (made.periodCount === 0 ? { ...made, tgeBasisPoints: 10_000 } : made));
const total = fc.oneof(fc.bigInt(0n, 100n), fc.bigInt(0n, 10n ** 60n));
const start = fc.date({ min: new Date('2020-01-01'), max: new Date('2060-01-01'), noInvalidDate: true });

function dueDays(unit: VestingPolicy['periodUnit'], from: string, cliffCount: number, periodCount: number): string[] {
  const monthly = { tgeBasisPoints: 0, cliffCount, periodCount, periodUnit: unit };
  return schedule(monthly, 1_000n, new Date(from)).map(({ dueAt }) => dueAt.toISOString());
}

describe('schedule', () => {
  it('sums exactly to the allocation, without an empty release', () => {
    fc.assert(
      fc.property(policy, total, start, (made, totalBase, startsAt) => {
        const releases = schedule(made, totalBase, startsAt);
        expect(releases.reduce((sum, { amountBase }) => sum + amountBase, 0n)).toBe(totalBase);
        expect(releases.every(({ amountBase }) => amountBase > 0n)).toBe(true);
      }),
    );
  });

  it('goes forward: sequences and dates rise, and nothing is due before the start', () => {
    fc.assert(
      fc.property(policy, total, start, (made, totalBase, startsAt) => {
        let last = { sequence: -1, dueAt: new Date(startsAt.getTime() - 1) };
        for (const release of schedule(made, totalBase, startsAt)) {
          expect(release.sequence).toBeGreaterThan(last.sequence);
          expect(release.dueAt.getTime()).toBeGreaterThan(last.dueAt.getTime());
          last = release;
        }
      }),
    );
  });

  it('never pays out more than the policy’s share by any date', () => {
    fc.assert(
      fc.property(policy, total, start, (made, totalBase, startsAt) => {
        let paidBase = 0n;
        for (const { sequence, amountBase } of schedule(made, totalBase, startsAt)) {
          paidBase += amountBase;
          const periods = BigInt(Math.max(made.periodCount, 1));
          const tge = BigInt(made.tgeBasisPoints);
          const earned = tge * periods + (10_000n - tge) * BigInt(sequence);
          // One base unit of leeway a period: what the first share loses to rounding moves into the linear part.
          expect((paidBase - BigInt(sequence)) * 10_000n * periods <= totalBase * earned).toBe(true);
        }
      }),
    );
  });

  it('gives the remainder to the last release', () => {
    const terms = { tgeBasisPoints: 1_000, cliffCount: 1, periodCount: 4, periodUnit: 'week' } as const;
    const releases = schedule(terms, 1_003n, new Date('2026-11-22T10:00:00Z'));
    expect(releases.map(({ sequence, amountBase }) => [sequence, amountBase])).toEqual([
      [0, 100n],
      [1, 225n],
      [2, 225n],
      [3, 225n],
      [4, 228n],
    ]);
    expect(releases[1]?.dueAt.toISOString()).toBe('2026-12-06T10:00:00.000Z');
  });

  it('counts months from the anchor and clamps to their last day', () => {
    expect(dueDays('month', '2027-01-31T23:30:00Z', 0, 4)).toEqual([
      '2027-02-28T23:30:00.000Z',
      '2027-03-31T23:30:00.000Z',
      '2027-04-30T23:30:00.000Z',
      '2027-05-31T23:30:00.000Z',
    ]);
    expect(dueDays('month', '2027-11-30T00:00:00Z', 2, 1)).toEqual(['2028-02-29T00:00:00.000Z']);
  });

  it('refuses a policy that leaves tokens without a date', () => {
    const base = { tgeBasisPoints: 5_000, cliffCount: 0, periodCount: 0, periodUnit: 'day' } as const;
    for (const broken of [
      base,
      { ...base, tgeBasisPoints: 10_001 },
      { ...base, periodCount: 1.5 },
      { ...base, periodCount: 2, cliffCount: -1 },
    ]) {
      expect(() => schedule(broken, 10n, new Date(0))).toThrow(TypeError);
    }
    expect(() => schedule({ ...base, periodCount: 2 }, -1n, new Date(0))).toThrow(TypeError);
  });
});
