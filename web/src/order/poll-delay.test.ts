import { describe, expect, it } from 'vitest';
import type { OrderDetail, Release } from '../../../worker/order/shape.ts';
import { pollDelay } from './poll-delay.ts';

const order = (status: OrderDetail['status'], states?: Release['state'][]): OrderDetail => ({
  id: 'o',
  status,
  tier: { id: 't', name: 'Seed' },
  quantity: 1,
  unit_price_minor: '1',
  discount_minor: '0',
  amount_minor: '1',
  currency: 'USD',
  bonus_base: '0',
  token_base: '1',
  token_decimals: 0,
  wallet_address: '0x',
  terms_version: '1',
  referral: { applied: false, reason: null },
  created_at: '',
  expires_at: '',
  paid_at: null,
  events: [],
  allocation: states
    ? {
        id: 'a',
        token_base: '1',
        releases: states.map((state, sequence) => ({
          id: `${sequence}`,
          sequence,
          due_at: '',
          amount_base: '1',
          reversed_base: '0',
          state,
          tx_hash: null,
        })),
      }
    : null,
});

describe('pollDelay', () => {
  it('hurries while a taken payment is not heard of', () => {
    expect(pollDelay(order('pending'), true)).toBeLessThan(pollDelay(order('pending'), false) ?? 0);
  });

  it('hurries for an order that costs nothing, which nobody pays', () => {
    const free = { ...order('pending'), amount_minor: '0' };
    expect(pollDelay(free, false)).toBe(pollDelay(order('pending'), true));
  });

  it.each(['cancelled', 'expired', 'refunded'] as const)('leaves a %s order alone', (status) => {
    expect(pollDelay(order(status), true)).toBeNull();
  });

  it('follows a payout closely and stops when all is delivered', () => {
    expect(pollDelay(order('paid', ['submitted', 'scheduled']), false)).toBe(3_000);
    expect(pollDelay(order('paid', ['confirmed', 'scheduled']), false)).toBe(20_000);
    expect(pollDelay(order('paid', ['confirmed', 'reversed']), false)).toBeNull();
  });
});
