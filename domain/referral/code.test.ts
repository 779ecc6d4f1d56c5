import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { makeReferralCode, normaliseReferralCode } from './code.ts';

const random = fc.uint8Array({ minLength: 5, maxLength: 5 });

describe('referral codes', () => {
  it('are the site and eight base32 digits without I, L, O and U', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        expect(makeReferralCode('asia', bytes)).toMatch(/^ASIA-[0-9A-HJKMNP-TV-Z]{8}$/);
      }),
    );
  });

  it('keep all forty random bits', () => {
    fc.assert(
      fc.property(random, random, (left, right) => {
        const same = left.every((byte, index) => byte === right[index]);
        expect(makeReferralCode('na', left) === makeReferralCode('na', right)).toBe(same);
      }),
    );
    expect(makeReferralCode('na', new Uint8Array([255, 255, 255, 255, 255]))).toBe('NA-ZZZZZZZZ');
    expect(makeReferralCode('na', new Uint8Array([0, 0, 0, 0, 31]))).toBe('NA-0000000Z');
  });

  it('are their own normal form, also when typed small and with blanks around', () => {
    fc.assert(
      fc.property(random, (bytes) => {
        const code = makeReferralCode('na-2', bytes);
        expect(normaliseReferralCode(` ${code.toLowerCase()}\n`)).toBe(code);
      }),
    );
  });

  it('forgive the letters people mistake for digits, in the digits only', () => {
    expect(normaliseReferralCode('ASIA-OIL00000')).toBe('ASIA-01100000');
  });

  it('are null when they cannot be codes', () => {
    for (const text of ['', 'NA', 'NA-', 'NA-0000000', 'NA-000000000', 'NA-0000000U', '-00000000', 'N A-00000000']) {
      expect(normaliseReferralCode(text)).toBeNull();
    }
  });

  it('take a wrong number of bytes or a strange site for misuse', () => {
    expect(() => makeReferralCode('na', new Uint8Array(4))).toThrow(TypeError);
    expect(() => makeReferralCode('n.a', new Uint8Array(5))).toThrow(TypeError);
  });
});
