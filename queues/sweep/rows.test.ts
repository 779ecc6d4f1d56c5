import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DomainError } from '../../domain/error.ts';
import type { Outcome } from '../outcome.ts';
import { eachRow, SWEEP_ROWS_MAX } from './rows.ts';
import { hasMore } from './run.ts';

beforeEach(() => void vi.spyOn(console, 'log').mockImplementation(() => undefined));
afterEach(() => vi.restoreAllMocks());

test('a row that fails does not stop the rows behind it', async () => {
  const run = (row: number): Promise<Outcome> =>
    row === 2
      ? Promise.reject(new TypeError('ours'))
      : Promise.resolve({ outcome: row === 3 ? ('waiting' as const) : ('applied' as const) });
  expect(await eachRow([1, 2, 3, 4], run, String)).toEqual({ found: 4, moved: 2, failed: 1 });
});

test('a row that does not move says why', async () => {
  const run = (): Promise<Outcome> => Promise.resolve({ outcome: 'waiting', reason: 'release.frozen' });
  await eachRow(['r1'], run, String);
  const line = JSON.stringify({ sweep_row: 'r1', outcome: 'waiting', reason: 'release.frozen' });
  expect(console.log).toHaveBeenCalledExactlyOnceWith(line);
});

test('a database that is away ends the sweep, so that its message is retried', async () => {
  const run = vi.fn(() => Promise.reject(new DomainError('database.unavailable')));
  await expect(eachRow([1, 2], run, String)).rejects.toThrow('database.unavailable');
  expect(run).toHaveBeenCalledTimes(1);
});

test('a sweep goes on only from a full batch in which something moved', () => {
  expect(hasMore({ found: SWEEP_ROWS_MAX, moved: 1, failed: 0 })).toBe(true);
  expect(hasMore({ found: SWEEP_ROWS_MAX, moved: 0, failed: SWEEP_ROWS_MAX })).toBe(false);
  expect(hasMore({ found: SWEEP_ROWS_MAX - 1, moved: SWEEP_ROWS_MAX - 1, failed: 0 })).toBe(false);
});

test('a sweep that runs out of time goes on only if something moved: a provider that hangs is left to the next cron', async () => {
  vi.useFakeTimers();
  try {
    const slowly = (outcome: () => Promise<Outcome>) => (): Promise<Outcome> => {
      vi.advanceTimersByTime(61_000);
      return outcome();
    };
    const moves = slowly(() => Promise.resolve({ outcome: 'applied' }));
    const fails = slowly(() => Promise.reject(new DomainError('payment.unavailable')));
    expect(hasMore(await eachRow([1, 2], moves, String))).toBe(true);
    expect(hasMore(await eachRow([1, 2], fails, String))).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});
