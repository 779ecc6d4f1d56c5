import { expect, it } from 'vitest';
import { normalisePromoCode } from './code.ts';

it('finds a code however it was typed', () => {
  for (const text of ['early-bird', ' EARLY-BIRD ', 'Early-Bird']) expect(normalisePromoCode(text)).toBe('EARLY-BIRD');
});

it('takes what cannot be a code for none', () => {
  for (const text of ['', 'A', '-EARLY', 'two words', 'ÜBER', 'X'.repeat(33)])
    expect(normalisePromoCode(text)).toBeNull();
});
