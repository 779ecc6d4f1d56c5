import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summarise } from './balance.ts';
import type { BalanceRelease } from './balance.ts';
import { RELEASE_STATES } from './state.ts';

const release: fc.Arbitrary<BalanceRelease> = fc
  .record({
    state: fc.constantFrom(...RELEASE_STATES),
    day: fc.integer({ min: 0, max: 1_000 }),
    amountBase: fc.bigInt(1n, 10n ** 40n),
    reversedPercent: fc.bigInt(0n, 100n),
    nettedPercent: fc.bigInt(0n, 100n),
  })
  .map(({ state, day, amountBase, reversedPercent, nettedPercent }) => {
    const nettedBase = (amountBase * nettedPercent) / 100n;
    const leftBase = amountBase - nettedBase;
    const reversedBase = state === 'reversed' ? leftBase : (leftBase * reversedPercent) / 100n;
    return { state, dueAt: new Date(day * 86_400_000), amountBase, reversedBase, nettedBase };
  });

describe('summarise', () => {
  it('purchased is the sum of the other four, and of every release without what was reversed or netted', () => {
    fc.assert(
      fc.property(fc.array(release), (releases) => {
        const sum = summarise(releases);
        expect(sum.lockedBase + sum.dueBase + sum.inFlightBase + sum.deliveredBase).toBe(sum.purchasedBase);
        const keptOf = (row: BalanceRelease) => row.amountBase - row.reversedBase - row.nettedBase;
        expect(releases.reduce((kept, row) => kept + keptOf(row), 0n)).toBe(sum.purchasedBase);
      }),
    );
  });

  it('lists what is locked, the nearest first', () => {
    fc.assert(
      fc.property(fc.array(release), (releases) => {
        const { next, lockedBase } = summarise(releases);
        expect(next.reduce((total, row) => total + row.amountBase, 0n)).toBe(lockedBase);
        const times = next.map(({ dueAt }) => dueAt.getTime());
        expect(times).toEqual([...times].sort((left, right) => left - right));
      }),
    );
  });

  it('puts each state where a buyer expects it', () => {
    const rows = RELEASE_STATES.map((state, index) => ({
      state,
      dueAt: new Date(0),
      amountBase: 10n ** BigInt(index),
      reversedBase: state === 'reversed' ? 10n ** BigInt(index) : 0n,
      nettedBase: 0n,
    }));
    expect(summarise(rows)).toMatchObject({
      lockedBase: 1n,
      dueBase: 11_000_110n,
      inFlightBase: 11_000n,
      deliveredBase: 100_000n,
    });
  });
});
