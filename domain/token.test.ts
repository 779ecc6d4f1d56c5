import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decimalToToken, tokenToDecimal } from './token.ts';

describe('token amounts', () => {
  it('are written without trailing zeros', () => {
    expect(tokenToDecimal(1_234_500_000n, 6)).toBe('1234.5');
    expect(tokenToDecimal(1n, 18)).toBe('0.000000000000000001');
    expect(tokenToDecimal(10n ** 18n, 18)).toBe('1');
    expect(tokenToDecimal(120n, 0)).toBe('120');
    expect(tokenToDecimal(-5n, 1)).toBe('-0.5');
  });

  it('survive writing and reading, whatever the decimals', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 77n), 10n ** 77n), fc.integer({ min: 0, max: 77 }), (base, decimals) => {
        expect(decimalToToken(tokenToDecimal(base, decimals), decimals)).toBe(base);
      }),
    );
  });

  it('are refused when finer than the token, unless the surplus is zeros', () => {
    expect(() => decimalToToken('1.2345678', 6)).toThrow(RangeError);
    expect(decimalToToken('1.23450000', 6)).toBe(1_234_500n);
  });

  it('are refused when not a plain decimal number', () => {
    for (const text of ['', '.5', '5.', '1e3', '+1', ' 1', '1,5', '0x10', '1.2.3', 'NaN', '--1', '9'.repeat(79)]) {
      expect(() => decimalToToken(text, 6)).toThrow(TypeError);
    }
  });

  it('need a sane number of decimals', () => {
    for (const decimals of [-1, 1.5, 78]) expect(() => tokenToDecimal(1n, decimals)).toThrow(TypeError);
  });
});
