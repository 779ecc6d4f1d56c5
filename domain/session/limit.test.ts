import { describe, expect, it } from 'vitest';
import { RECHECK_MINUTES, sessionLimit } from './limit.ts';

describe('sessionLimit', () => {
  it('gives a buyer a week of rest and a month in all, an operator two hours and half a day', () => {
    expect(sessionLimit('site')).toEqual({ idleMinutes: 10_080, absoluteMinutes: 43_200 });
    expect(sessionLimit('platform')).toEqual({ idleMinutes: 120, absoluteMinutes: 720 });
  });
  it('asks Auth0 again well before any session ends by itself', () => {
    for (const host of ['site', 'platform'] as const) {
      const { idleMinutes, absoluteMinutes } = sessionLimit(host);
      expect(RECHECK_MINUTES).toBeLessThan(idleMinutes);
      expect(idleMinutes).toBeLessThan(absoluteMinutes);
    }
  });
});
