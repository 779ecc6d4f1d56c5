import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseReturnPath } from './return_path.ts';

describe('parseReturnPath', () => {
  it.each(['/', '/orders/1?tab=a#top', '/wallets?next=%2Forders', '/东海', '/a//b', '/?q=a%20b'])(
    'takes %s',
    (path) => {
      expect(new URL(parseReturnPath(path), 'https://x.test').href).toBe(new URL(path, 'https://x.test').href);
    },
  );
  it('takes the front page for none', () => {
    expect(parseReturnPath(undefined)).toBe('/');
  });
  it.each([
    ...['', 'orders', 'https://evil.test', 'https:/evil.test', 'javascript:alert(1)', '//evil.test', '///evil.test'],
    ...['/\\evil.test', '\\\\evil.test', '/%5Cevil.test', '/%5cevil.test', '/%2Fevil.test', '/%252Fevil.test'],
    ...[
      '/%25252Fevil.test',
      '/\t/evil.test',
      '/%09/evil.test',
      '/\n',
      '/%0d%0aSet-Cookie:a=b',
      '/\u2028',
      '/.//evil.test',
    ],
    ...['/a/..//evil.test', '/%2e/%2fevil.test', '/%', '/%ff', '/api', '/api/v1/auth/login', '/API/v1', '/x/../api/v1'],
    ...['/%2525252525252F', `/${'a'.repeat(500)}`, ' /x'],
  ])('refuses %j', (path) => {
    expect(() => parseReturnPath(path)).toThrow('request.malformed');
  });
  it('never leads to another origin, whatever it is given', () => {
    const pieces = fc.constantFrom(
      '/',
      '\\',
      '.',
      '%2f',
      '%5c',
      '%25',
      ':',
      '@',
      '?',
      '#',
      'evil.test',
      '\t',
      'api',
      ' ',
    );
    const text = fc
      .array(fc.oneof(pieces, fc.string({ maxLength: 3 })), { maxLength: 12 })
      .map((all) => `/${all.join('')}`);
    fc.assert(
      fc.property(text, (path) => {
        let parsed: string;
        try {
          parsed = parseReturnPath(path);
        } catch {
          return;
        }
        expect(parsed).toMatch(/^\/(?!\/)/);
        expect(new URL(parsed, 'https://a.test').origin).toBe('https://a.test');
        expect(new URL(`https://a.test${parsed}`).origin).toBe('https://a.test');
      }),
    );
  });
});
