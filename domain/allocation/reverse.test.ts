import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reverseTokens, unsentBase } from './reverse.ts';
import type { ReversibleRelease } from './reverse.ts';
import { RELEASE_STATES, mayTransition } from './state.ts';

const releases: fc.Arbitrary<ReversibleRelease[]> = fc
  .array(
    fc.record({
      state: fc.constantFrom(...RELEASE_STATES),
      amountBase: fc.bigInt(1n, 10n ** 30n),
      reversedPercent: fc.bigInt(0n, 99n),
    }),
    { maxLength: 8 },
  )
  .map((made) =>
    made.map(({ state, amountBase, reversedPercent }, sequence) => ({
      id: `r${sequence}`,
      sequence,
      state,
      amountBase,
      reversedBase: state === 'reversed' ? amountBase : (amountBase * reversedPercent) / 100n,
      nettedBase: 0n,
    })),
  );

describe('reverseTokens', () => {
  it('takes exactly what it is asked for, as tokens or as debt, and never more than is here', () => {
    fc.assert(
      fc.property(releases, fc.bigInt(0n, 10n ** 31n), (made, takeBase) => {
        const { releases: taken, debtBase } = reverseTokens(made, takeBase);
        expect(taken.reduce((sum, each) => sum + each.takenBase, 0n) + debtBase).toBe(takeBase);
        const hereBase = made.reduce((sum, each) => sum + unsentBase(each), 0n);
        expect(debtBase).toBe(takeBase > hereBase ? takeBase - hereBase : 0n);
        for (const { id, takenBase, reversedBase } of taken) {
          const release = made.find((each) => each.id === id);
          expect(takenBase > 0n && reversedBase <= (release?.amountBase ?? 0n)).toBe(true);
        }
      }),
    );
  });

  it('moves a release only where its states allow', () => {
    fc.assert(
      fc.property(releases, fc.bigInt(0n, 10n ** 31n), (made, takeBase) => {
        for (const { id, state } of reverseTokens(made, takeBase).releases) {
          const before = made.find((each) => each.id === id)?.state;
          expect(before !== undefined && (before === state || mayTransition(before, state, 'posx_queue'))).toBe(true);
        }
      }),
    );
  });

  it('touches an earlier release only once the later ones are gone', () => {
    const row = (sequence: number, state: ReversibleRelease['state']) => ({
      ...{ id: `r${sequence}`, sequence, state, amountBase: 10n, reversedBase: 0n, nettedBase: 0n },
    });
    const made = [row(0, 'confirmed'), row(1, 'due'), row(2, 'scheduled')];
    expect(reverseTokens(made, 14n)).toEqual({
      releases: [
        { id: 'r2', takenBase: 10n, reversedBase: 10n, state: 'reversed' },
        { id: 'r1', takenBase: 4n, reversedBase: 4n, state: 'due' },
      ],
      debtBase: 0n,
    });
    expect(reverseTokens(made, 25n).debtBase).toBe(5n);
  });

  it('never gives back', () => {
    expect(() => reverseTokens([], -1n)).toThrow(TypeError);
  });
});
