import { describe, expect, it } from 'vitest';
import { hasForeignCookie, readLanguage, switchLanguage } from './language.ts';

const offered = ['zh-CN', 'en'];

describe('switchLanguage', () => {
  it('keeps the choice and the rest of the address', () => {
    const response = switchLanguage(new URL('http://na.localhost/buy/1?lang=en&ref=A'), offered);
    expect(response?.status).toBe(303);
    expect(response?.headers.get('location')).toBe('/buy/1?ref=A');
    expect(response?.headers.get('set-cookie')).toContain('__Host-lang=en;');
  });

  it('never redirects to another host', () => {
    const response = switchLanguage(new URL('http://na.localhost//evil.example/?lang=en'), offered);
    expect(response?.headers.get('location')).toBe('/evil.example/');
  });

  it('keeps nothing a site does not offer', () => {
    const response = switchLanguage(new URL('http://na.localhost/?lang=x;Domain=evil'), offered);
    expect(response?.headers.has('set-cookie')).toBe(false);
  });

  it('leaves other addresses alone', () => {
    expect(switchLanguage(new URL('http://na.localhost/'), offered)).toBeNull();
  });
});

describe('readLanguage', () => {
  it('finds the choice among other cookies', () => {
    const request = new Request('http://na.localhost/', { headers: { cookie: 'a=1; __Host-lang=en; b=2' } });
    expect(readLanguage(request)).toBe('en');
    expect(readLanguage(new Request('http://na.localhost/'))).toBeNull();
  });
});

describe('hasForeignCookie', () => {
  it.each([
    [undefined, false],
    ['__Host-lang=en', false],
    ['__Host-lang=en; __Host-session=abc', true],
    ['a=1', true],
  ])('with the cookie header %j says %s', (cookie, expected) => {
    const request = new Request('http://na.localhost/', cookie === undefined ? {} : { headers: { cookie } });
    expect(hasForeignCookie(request)).toBe(expected);
  });
});
