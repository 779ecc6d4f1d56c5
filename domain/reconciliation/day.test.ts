import { expect, it } from 'vitest';
import { dayToReconcile } from './day.ts';

const at = (text: string) => new Date(`${text}Z`);

it('takes one day after the other, each an hour after it is over, and yesterday first', () => {
  const name = (doneUntil: string | null, now: string) =>
    dayToReconcile(doneUntil === null ? null : at(doneUntil), at(now))?.name ?? null;
  expect(name(null, '2026-11-28T00:59:59')).toBeNull();
  expect(name(null, '2026-11-28T01:00:00')).toBe('2026-11-27');
  expect(name('2026-11-28T00:00:00', '2026-11-28T23:00:00')).toBeNull();
  expect(name('2026-11-28T00:00:00', '2026-11-29T01:00:00')).toBe('2026-11-28');
  expect(name('2026-11-26T00:00:00', '2026-11-29T05:00:00')).toBe('2026-11-26');
});

it('is a whole day of UTC', () => {
  expect(dayToReconcile(null, at('2026-03-01T12:00:00'))).toEqual({
    name: '2026-02-28',
    from: at('2026-02-28T00:00:00'),
    to: at('2026-03-01T00:00:00'),
  });
});
