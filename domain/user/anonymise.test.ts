import { expect, test } from 'vitest';
import { hasOpenClaims } from './anonymise.ts';

const nothing = { orders: [], releases: [], accounts: [] };
const account = (
  kind: 'agent_available' | 'agent_held' | 'buyer_owed' | 'buyer_debt' | 'delivered',
  balance: bigint,
) => ({
  accounts: [{ kind, balance, reserved: 0n }],
});

test('what is over is no claim', () => {
  expect(hasOpenClaims(nothing)).toBe(false);
  const over = {
    orders: ['paid', 'cancelled', 'expired', 'refunded'] as const,
    releases: ['confirmed', 'reversed'] as const,
  };
  expect(hasOpenClaims({ ...over, ...account('delivered', 5n) })).toBe(false);
  expect(hasOpenClaims({ ...over, ...account('agent_available', 0n) })).toBe(false);
});

test('an order or a release that is under way is one', () => {
  for (const status of ['pending', 'review'] as const)
    expect(hasOpenClaims({ ...nothing, orders: ['paid', status] })).toBe(true);
  const states = ['scheduled', 'due', 'approved', 'submitting', 'submitted', 'failed', 'blocked'] as const;
  for (const state of states) expect(hasOpenClaims({ ...nothing, releases: ['confirmed', state] })).toBe(true);
});

test('a balance is one in either direction, and so is what is reserved', () => {
  for (const kind of ['agent_available', 'agent_held', 'buyer_owed', 'buyer_debt'] as const) {
    expect(hasOpenClaims({ ...nothing, ...account(kind, 1n) })).toBe(true);
    expect(hasOpenClaims({ ...nothing, ...account(kind, -1n) })).toBe(true);
  }
  expect(hasOpenClaims({ ...nothing, accounts: [{ kind: 'agent_available', balance: 0n, reserved: 1n }] })).toBe(true);
});
