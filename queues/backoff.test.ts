import { expect, test } from 'vitest';
import { backoffSeconds } from './backoff.ts';

test('each retry waits twice as long as the one before, up to a quarter of an hour', () => {
  expect([1, 2, 3, 8, 9, 10].map(backoffSeconds)).toEqual([2, 4, 8, 256, 512, 900]);
});

test('no count of attempts makes a delay the queue would refuse', () => {
  for (const attempts of [0, 100, 5_000, Number.MAX_SAFE_INTEGER]) {
    expect(backoffSeconds(attempts)).toBeGreaterThanOrEqual(2);
    expect(backoffSeconds(attempts)).toBeLessThanOrEqual(900);
  }
});
