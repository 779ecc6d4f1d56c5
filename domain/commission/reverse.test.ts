import fc from 'fast-check';
import { expect, it } from 'vitest';
import { reverseCommissions } from './reverse.ts';
import type { AccruedCommission } from './reverse.ts';

const newId = () => 'new';
const accrual = (level: number, amountMinor: bigint, isReady = false): AccruedCommission => ({
  ...{ id: `c${level}`, level, agentId: `a${level}`, amountMinor, reversedMinor: 0n, isReady },
});

it('reverses all levels in proportion, from held or available', () => {
  const made = reverseCommissions(
    [accrual(1, 1_200n, true), accrual(2, 400n)],
    { goneMinor: 250n, capturedMinor: 1_000n },
    newId,
  );
  expect(made).toMatchObject([
    { accrualId: 'c1', amountMinor: -300n, from: 'available' },
    { accrualId: 'c2', amountMinor: -100n, from: 'held' },
  ]);
});

it('sums to zero at full refund in any number of steps, and never takes more than was earned', () => {
  const steps = fc.array(fc.bigInt(0n, 1_000n), { maxLength: 6 });
  fc.assert(
    fc.property(fc.array(fc.bigInt(1n, 10n ** 9n), { maxLength: 4 }), steps, (amounts, middle) => {
      let accruals = amounts.map((amountMinor, index) => accrual(index + 1, amountMinor));
      for (const goneMinor of [...middle.sort((left, right) => (left < right ? -1 : 1)), 1_000n]) {
        const made = reverseCommissions(accruals, { goneMinor, capturedMinor: 1_000n }, newId);
        accruals = accruals.map((each) => {
          const taken = made.find(({ accrualId }) => accrualId === each.id)?.amountMinor ?? 0n;
          return { ...each, reversedMinor: each.reversedMinor - taken };
        });
        expect(accruals.every((each) => each.reversedMinor <= each.amountMinor)).toBe(true);
      }
      expect(accruals.every((each) => each.reversedMinor === each.amountMinor)).toBe(true);
    }),
  );
});
