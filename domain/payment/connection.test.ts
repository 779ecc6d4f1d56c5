import { describe, expect, it } from 'vitest';
import { onAccount, stripeConfig } from './connection.ts';

describe('stripeConfig', () => {
  it('means Stripe itself when no address is given', () => {
    for (const none of [undefined, '']) expect(stripeConfig(none)).not.toHaveProperty('host');
  });

  it.each([
    ['http://127.0.0.1:4711', { host: '127.0.0.1', port: '4711', protocol: 'http' }],
    ['http://stripe.test', { host: 'stripe.test', port: 80, protocol: 'http' }],
    ['https://stripe.test', { host: 'stripe.test', port: 443, protocol: 'https' }],
  ])('reaches %s', (url, address) => {
    expect(stripeConfig(url)).toMatchObject(address);
  });

  it('pins the version every object and webhook is rendered in', () => {
    expect(stripeConfig(undefined).apiVersion).toBe('2026-10-28.endive');
  });
});

it('names a connected account, and none for the platform’s own', () => {
  expect(onAccount('acct_1')).toEqual({ stripeContext: 'acct_1' });
  expect(onAccount(null)).toEqual({});
});
