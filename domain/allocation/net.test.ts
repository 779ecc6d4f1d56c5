import fc from 'fast-check';
import { expect, it } from 'vitest';
import { netDebt, settlesDebt } from './net.ts';
import { RELEASE_STATES } from './state.ts';

const due = { state: 'due', amountBase: 100n, reversedBase: 20n, nettedBase: 10n } as const;

it('pays the debt first and the buyer the rest', () => {
  expect(netDebt(due, 30n)).toEqual({ nettedBase: 30n, payBase: 40n });
  expect(netDebt(due, 0n)).toEqual({ nettedBase: 0n, payBase: 70n });
  expect(netDebt(due, 500n)).toEqual({ nettedBase: 70n, payBase: 0n });
});

it('never takes more than the debt, nor more than is here, whatever the release', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...RELEASE_STATES),
      fc.bigInt(0n, 50n),
      fc.bigInt(0n, 50n),
      fc.bigInt(0n, 300n),
      (state, reversedBase, nettedBase, debtBase) => {
        const { nettedBase: taken, payBase } = netDebt({ state, amountBase: 100n, reversedBase, nettedBase }, debtBase);
        expect(taken >= 0n && payBase >= 0n && taken <= debtBase).toBe(true);
        expect(taken + payBase <= 100n - reversedBase - nettedBase).toBe(true);
      },
    ),
  );
});

it('takes a negative debt for misuse', () => {
  expect(() => netDebt(due, -1n)).toThrow(TypeError);
});

it('settles the debt with what came back once its order is refunded, all of it or nothing', () => {
  const failed = { ...due, state: 'failed' } as const;
  expect(settlesDebt('refunded', failed, 70n)).toBe(true);
  expect(settlesDebt('refunded', { ...failed, state: 'blocked' }, 70n)).toBe(true);
  expect(settlesDebt('refunded', failed, 69n)).toBe(false);
  expect(settlesDebt('paid', failed, 70n)).toBe(false);
  expect(settlesDebt('refunded', { ...failed, state: 'submitted' }, 70n)).toBe(false);
  expect(settlesDebt('refunded', { ...failed, state: 'approved' }, 70n)).toBe(false);
  expect(settlesDebt('refunded', { ...failed, nettedBase: 80n }, 70n)).toBe(false);
});
