import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  basisPointsOf,
  basisPointsWithin,
  chargeableMinor,
  chargeStepMinor,
  currencyExponent,
  multiplyDivide,
  providerMinimumMinor,
} from './money.ts';

const amount = fc.bigInt(-(10n ** 30n), 10n ** 30n);
const divisor = fc.bigInt(1n, 10n ** 20n);

describe('multiplyDivide', () => {
  it.each([
    [5n, 1n, 2n, 'half_up', 3n],
    [-5n, 1n, 2n, 'half_up', -3n],
    [5n, -1n, 2n, 'half_up', -3n],
    [-5n, 1n, -2n, 'half_up', 3n],
    [5n, 1n, 2n, 'down', 2n],
    [-5n, 1n, 2n, 'down', -2n],
    [4n, 1n, 3n, 'half_up', 1n],
    [0n, -7n, 3n, 'half_up', 0n],
  ] as const)('%d × %d ÷ %d rounded %s is %d', (value, numerator, denominator, rounding, expected) => {
    expect(multiplyDivide(value, numerator, denominator, rounding)).toBe(expected);
  });

  it('is never further from the exact result than its rounding allows', () => {
    fc.assert(
      fc.property(amount, amount, divisor, (value, numerator, denominator) => {
        const exact = value * numerator;
        const halfOff = 2n * (multiplyDivide(value, numerator, denominator, 'half_up') * denominator - exact);
        expect(halfOff <= denominator && halfOff >= -denominator).toBe(true);
        const downOff = exact - multiplyDivide(value, numerator, denominator, 'down') * denominator;
        expect(downOff * exact >= 0n && downOff < denominator && downOff > -denominator).toBe(true);
      }),
    );
  });

  it('mirrors around zero, so a reversal is the negative of its booking', () => {
    fc.assert(
      fc.property(amount, amount, divisor, fc.constantFrom('half_up', 'down'), (value, numerator, over, rounding) => {
        expect(multiplyDivide(-value, numerator, over, rounding)).toBe(
          -multiplyDivide(value, numerator, over, rounding),
        );
      }),
    );
  });

  it('takes a zero denominator for misuse', () => {
    expect(() => multiplyDivide(1n, 1n, 0n, 'down')).toThrow(TypeError);
  });
});

describe('basis points', () => {
  it('rounds half up to the minor unit, and within never goes above the exact share', () => {
    expect(basisPointsOf(999n, 1_200)).toBe(120n);
    expect(basisPointsWithin(999n, 1_200)).toBe(119n);
    expect(basisPointsOf(25_000n, 1_200)).toBe(3_000n);
  });

  it('refuses a broken rate instead of guessing', () => {
    for (const rate of [-1, 0.5, Number.NaN]) expect(() => basisPointsOf(1n, rate)).toThrow(TypeError);
  });
});

describe('currencies', () => {
  it('knows zero-, two- and three-decimal ones', () => {
    expect(['JPY', 'USD', 'KWD', 'ISK', 'UGX'].map(currencyExponent)).toEqual([0, 2, 3, 2, 2]);
    expect(['JPY', 'USD', 'KWD', 'ISK', 'UGX'].map(chargeStepMinor)).toEqual([1n, 1n, 10n, 100n, 100n]);
  });

  it('has a minimum for every currency, the published one where there is one', () => {
    expect(['USD', 'EUR', 'GBP', 'JPY', 'CNY'].map(providerMinimumMinor)).toEqual([50n, 50n, 30n, 50n, 1_000n]);
  });

  it('charges in the provider’s own steps, and never more than was computed', () => {
    expect([chargeableMinor(5_129n, 'KWD'), chargeableMinor(5_129n, 'USD'), chargeableMinor(7n, 'JPY')]).toEqual([
      5_120n,
      5_129n,
      7n,
    ]);
    expect(() => chargeableMinor(-1n, 'USD')).toThrow(TypeError);
  });

  it('takes a malformed code for misuse', () => {
    for (const code of ['usd', 'US', 'USDT', '']) {
      expect(() => currencyExponent(code)).toThrow(TypeError);
      expect(() => providerMinimumMinor(code)).toThrow(TypeError);
    }
  });
});
