import { describe, expect, it } from 'vitest';
import { formatToken, shareOf, shortenToken } from './token.ts';

describe('formatToken', () => {
  it('shows every decimal there is and no zero there is not', () => {
    expect(formatToken('1000000000000000000', 18, 'en', 'NAT')).toBe('1\u00a0NAT');
    expect(formatToken('1234500000000000000001', 18, 'en')).toBe('1,234.500000000000000001');
    expect(formatToken('1', 18, 'en')).toBe('0.000000000000000001');
    expect(formatToken('1250000', 6, 'zh-CN', 'AST')).toBe('1.25\u00a0AST');
    expect(formatToken('42', 0, 'en')).toBe('42');
  });
});

describe('shortenToken', () => {
  it('cuts long amounts and says so', () => {
    expect(shortenToken('166666666666666666666', 18, 'en', 'NAT')).toBe('166.6666…\u00a0NAT');
    expect(shortenToken('999999999999999999999', 18, 'en')).toBe('999.9999…');
    expect(shortenToken('1', 18, 'en')).toBe('0…');
  });
  it('leaves short amounts as they are', () => {
    expect(shortenToken('2500500000000000000000', 18, 'en', 'NAT')).toBe('2,500.5\u00a0NAT');
    expect(shortenToken('1250000', 6, 'zh-CN', 'AST')).toBe('1.25\u00a0AST');
    expect(shortenToken('42', 0, 'en')).toBe('42');
  });
});

describe('shareOf', () => {
  it('stays between nothing and all', () => {
    expect(shareOf(1n, 4n)).toBe(0.25);
    expect(shareOf(5n, 4n)).toBe(1);
    expect(shareOf(-1n, 4n)).toBe(0);
    expect(shareOf(1n, 0n)).toBe(0);
    expect(shareOf(10n ** 60n, 3n * 10n ** 60n)).toBe(0.3333);
  });
});
