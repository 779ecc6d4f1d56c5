import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideExpiry, isGivenUp } from './expire.ts';

const expiresAt = new Date('2026-11-22T12:00:00Z');
const after = (minutes: number) => new Date(expiresAt.getTime() + minutes * 60_000);
const decide = (intentStatus: string, minutes = 0, extendedAt: Date | null = null) =>
  decideExpiry({ intentStatus, expiresAt, extendedAt, now: after(minutes) }).kind;

const WORDS = [
  ...['requires_payment_method', 'requires_confirmation', 'requires_capture', 'requires_action', 'processing'],
  ...['succeeded', 'canceled', 'unheard_of'],
];

test('units return only when the provider says the payment is cancelled', () => {
  expect(WORDS.filter((word) => decide(word, 999) === 'release')).toEqual(['canceled']);
});

test('an account that lets nobody in keeps units for a day, and no longer', () => {
  expect(isGivenUp(expiresAt, null, after(24 * 60 - 0.1))).toBe(false);
  expect(isGivenUp(expiresAt, null, after(24 * 60))).toBe(true);
  expect(isGivenUp(expiresAt, after(30), after(24 * 60))).toBe(false);
  expect(isGivenUp(expiresAt, after(-30), after(24 * 60))).toBe(true);
});

test('money that came is settled however late it is seen', () => {
  expect(decide('succeeded', 9_999)).toBe('settle');
});

test('a hold that is not over waits', () => {
  for (const word of WORDS) expect(decide(word, -0.1)).toBe('wait');
});

test('a buyer at the bank gets a quarter of an hour more, once, and no longer', () => {
  for (const word of ['requires_action', 'processing']) {
    const step = decideExpiry({ intentStatus: word, expiresAt, extendedAt: null, now: after(0) });
    expect(step).toEqual({ kind: 'extend', until: after(15) });
    expect(decide(word, 14.9)).toBe('extend');
    expect(decide(word, 15)).toBe('cancel');
    expect(decide(word, 0, after(-15))).toBe('cancel');
  }
  expect(decide('requires_payment_method')).toBe('cancel');
});

test('a hold of fifteen minutes is over after thirty, whenever anybody looks', () => {
  const placedAt = after(-15).getTime();
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 1, maxLength: 9 }), (minutes) => {
      let hold: { expiresAt: Date; extendedAt: Date | null } = { expiresAt, extendedAt: null };
      for (const minute of minutes.sort((left, right) => left - right)) {
        const now = new Date(placedAt + minute * 60_000);
        const step = decideExpiry({ intentStatus: 'requires_action', ...hold, now });
        if (step.kind === 'extend') hold = { expiresAt: step.until, extendedAt: now };
        if (minute >= 30) expect(step.kind).toBe('cancel');
      }
      expect(hold.expiresAt.getTime()).toBeLessThanOrEqual(placedAt + 30 * 60_000);
    }),
  );
});
