import { describe, expect, it } from 'vitest';
import { formatDate, formatExactDate } from './date.ts';

const instant = '2026-11-22T23:30:00.000Z';

describe('formatDate', () => {
  it('writes the day in words', () => {
    expect(formatDate(instant, 'day', 'en', 'UTC')).toBe('November 22, 2026');
    expect(formatDate(instant, 'day', 'zh-CN', 'UTC')).toBe('2026年11月22日');
  });

  it('follows the reader’s zone across midnight', () => {
    expect(formatDate(instant, 'day', 'en', 'Asia/Tokyo')).toBe('November 23, 2026');
    expect(formatDate(instant, 'time', 'zh-CN', 'Asia/Tokyo')).toBe('8:30');
  });
});

describe('formatExactDate', () => {
  it('names the zone', () => {
    expect(formatExactDate(instant, 'en', 'UTC')).toContain('UTC');
  });
});
