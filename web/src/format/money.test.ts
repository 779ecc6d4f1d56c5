import { describe, expect, it } from 'vitest';
import { formatMoney, shiftPoint } from './money.ts';

describe('formatMoney', () => {
  it('shows minor units exactly, for currencies with two, no and three decimals', () => {
    expect(formatMoney('12500', 'USD', 2, 'en')).toBe('$125.00');
    expect(formatMoney('12500', 'JPY', 0, 'en')).toBe('¥12,500');
    expect(formatMoney('12500', 'KWD', 3, 'en')).toBe('KWD\u00a012.500');
  });

  it('loses no digit of an amount beyond what a float can hold', () => {
    expect(formatMoney('900719925474099312345', 'USD', 2, 'en')).toBe('$9,007,199,254,740,993,123.45');
  });

  it('tells yen and dollars apart for Chinese readers', () => {
    expect(formatMoney('12500', 'JPY', 0, 'zh-CN')).toBe('JP¥12,500');
    expect(formatMoney('12500', 'USD', 2, 'zh-CN')).toBe('US$125.00');
  });

  it('keeps the sign and pads what is below one', () => {
    expect(formatMoney('-5', 'USD', 2, 'en')).toBe('-$0.05');
  });
});

describe('shiftPoint', () => {
  it.each(['', '1.5', '1e3', ' 1', '0x10', '-'])('refuses %j', (text) => {
    expect(() => shiftPoint(text, 2)).toThrow(TypeError);
  });
});
