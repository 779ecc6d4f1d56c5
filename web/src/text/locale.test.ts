import { describe, expect, it } from 'vitest';
import { chooseLocale, inLocale, languageOf } from './locale.ts';

describe('chooseLocale', () => {
  it('takes the first wish the site offers', () => {
    expect(chooseLocale(['zh-CN', 'en'], [null, 'fr', 'en'])).toBe('en');
  });
  it('falls back to the site’s own first locale', () => {
    expect(chooseLocale(['zh-CN', 'en'], ['fr', undefined])).toBe('zh-CN');
    expect(chooseLocale([], [])).toBe('en');
  });
});

describe('inLocale', () => {
  it('prefers the exact locale, then the language, then whatever there is', () => {
    expect(inLocale({ en: 'a', 'en-GB': 'b' }, 'en-GB')).toBe('b');
    expect(inLocale({ en: 'a', zh: 'c' }, 'zh-CN')).toBe('c');
    expect(inLocale({ 'zh-CN': 'c' }, 'en')).toBe('c');
    expect(inLocale({}, 'en')).toBe('');
  });
});

describe('languageOf', () => {
  it('tells Chinese from the rest', () => {
    expect([languageOf('zh-Hans-CN'), languageOf('zh'), languageOf('en-US'), languageOf('de')]).toEqual([
      'zh-cn',
      'zh-cn',
      'en',
      'en',
    ]);
  });
});
