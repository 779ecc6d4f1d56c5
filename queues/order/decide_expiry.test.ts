import { expect, test } from 'vitest';
import { decideExpiry } from './decide_expiry.ts';

const expiresAt = new Date('2026-11-22T12:00:00Z');
const after = (minutes: number) => new Date(expiresAt.getTime() + minutes * 60_000);
const decide = (intentStatus: string, minutes = 0) => decideExpiry({ intentStatus, expiresAt, now: after(minutes) });

test('units return only when the provider says the payment is cancelled', () => {
  const words = ['requires_payment_method', 'requires_confirmation', 'requires_capture', 'processing', 'unheard_of'];
  for (const word of words) expect(decide(word, 999)).toBe('cancel');
  expect(decide('canceled')).toBe('release');
});

test('money that came is settled however late it is seen', () => {
  expect(decide('succeeded', 9_999)).toBe('settle');
});

test('a buyer at the bank gets a quarter of an hour more, and no longer', () => {
  for (const word of ['requires_action', 'processing']) {
    expect(decide(word, 14.9)).toBe('wait');
    expect(decide(word, 15)).toBe('cancel');
  }
});
