import { beforeEach, describe, expect, it } from 'vitest';
import { recallReferral, rememberReferral } from './remember.ts';

const DAY_MS = 86_400_000;
const now = Date.UTC(2026, 10, 22);
let kept: Map<string, string>;
let store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

beforeEach(() => {
  kept = new Map();
  store = {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
});

describe('a referral code', () => {
  it('is remembered for 30 days and not a moment longer', () => {
    rememberReferral('?ref=NA-7Q2MZK4D', store, now);
    expect(recallReferral(store, now + 30 * DAY_MS - 1)).toBe('NA-7Q2MZK4D');
    expect(recallReferral(store, now + 30 * DAY_MS)).toBeUndefined();
    expect(kept.size).toBe(0);
  });

  it('is replaced by a newer link, and kept by a visit without one', () => {
    rememberReferral('?ref=NA-7Q2MZK4D', store, now);
    rememberReferral('', store, now + 1);
    expect(recallReferral(store, now + 1)).toBe('NA-7Q2MZK4D');
    rememberReferral('?ref=NA-AAAA2222', store, now + 2);
    expect(recallReferral(store, now + 2)).toBe('NA-AAAA2222');
  });

  it.each(['?ref=', '?ref=<script>', '?ref=a', `?ref=NA-${'A'.repeat(50)}`])('is not taken from %s', (search) => {
    rememberReferral(search, store, now);
    expect(kept.size).toBe(0);
  });

  it.each(['{', 'null', '"NA-7Q2MZK4D"', '{"code":1,"until":2}', '{"code":"NA-7Q2MZK4D","until":1e300}'])(
    'is not read from the damaged record %s',
    (record) => {
      kept.set('referral', record);
      expect(recallReferral(store, now)).toBeUndefined();
    },
  );

  it('never stops a visit when the browser forbids storage', () => {
    const refuse = (): never => {
      throw new Error('denied');
    };
    const closed = { getItem: refuse, setItem: refuse, removeItem: refuse };
    expect(rememberReferral('?ref=NA-7Q2MZK4D', closed, now)).toBe(false);
    expect(recallReferral(closed, now)).toBeUndefined();
  });
});
