import { expect, it } from 'vitest';
import { isForbiddenAddress } from './address.ts';

const own = { tokenAddress: `0xAb${'1'.repeat(38)}`, vaultAddress: `0x${'Cd'.repeat(20)}` };

it('knows the zero address, the token and the vault in whatever case they come', () => {
  for (const address of [`0x${'0'.repeat(40)}`, own.tokenAddress, own.vaultAddress]) {
    expect(isForbiddenAddress(address, own)).toBe(true);
    expect(isForbiddenAddress(`0x${address.slice(2).toUpperCase()}`, own)).toBe(true);
    expect(isForbiddenAddress(address.toLowerCase(), own)).toBe(true);
  }
});

it('forbids nobody else, and nothing but the zero address on a site without token and vault', () => {
  expect(isForbiddenAddress(`0xab${'1'.repeat(37)}2`, own)).toBe(false);
  const bare = { tokenAddress: null, vaultAddress: null };
  expect(isForbiddenAddress(own.vaultAddress, bare)).toBe(false);
  expect(isForbiddenAddress(`0x${'0'.repeat(40)}`, bare)).toBe(true);
});
