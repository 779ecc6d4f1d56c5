import { describe, expect, it } from 'vitest';
import { keepErrand, takeErrand } from './errand.ts';

function store() {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

describe('an errand', () => {
  it('is gone on with once, by who began it', () => {
    const here = store();
    keepErrand({ me: 'a', errand: 'unbind:1' }, here);
    expect(takeErrand('a', here)).toBe('unbind:1');
    expect(takeErrand('a', here)).toBeUndefined();
  });

  it('is dropped when another account comes back', () => {
    const here = store();
    keepErrand({ me: 'a', errand: 'unbind:1' }, here);
    expect(takeErrand('b', here)).toBeUndefined();
    expect(takeErrand('a', here)).toBeUndefined();
  });

  it('is nothing in a browser that forbids storage or holds something else', () => {
    const forbidden = () => {
      throw new Error('forbidden');
    };
    const closed = { getItem: forbidden, setItem: forbidden, removeItem: forbidden };
    keepErrand({ me: 'a', errand: 'x' }, closed);
    expect(takeErrand('a', closed)).toBeUndefined();
    const odd = store();
    odd.setItem('errand', '{"me":"a"');
    expect(takeErrand('a', odd)).toBeUndefined();
  });
});
