import { describe, expect, it } from 'vitest';
import { loginAddress, pathWithoutError } from './login-address.ts';

describe('loginAddress', () => {
  it('comes back to the very page, in its language', () => {
    expect(loginAddress({ pathname: '/buy/1', search: '?ref=a%26b' }, 'zh-CN')).toBe(
      '/api/v1/auth/login?return_to=%2Fbuy%2F1%3Fref%3Da%2526b&locale=zh-CN',
    );
  });
  it('says what it is for', () => {
    expect(loginAddress({ pathname: '/', search: '' }, 'en', 'join')).toBe(
      '/api/v1/auth/login?return_to=%2F&locale=en&join=1',
    );
    expect(loginAddress({ pathname: '/', search: '' }, 'en', 'fresh')).toMatch(/&fresh=1$/);
  });
  it('does not carry an old failure along', () => {
    expect(pathWithoutError({ pathname: '/account', search: '?sign_in_error=auth.declined&a=1' })).toBe('/account?a=1');
    expect(pathWithoutError({ pathname: '/account', search: '?sign_in_error=auth.declined' })).toBe('/account');
  });
});
