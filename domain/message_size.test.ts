import { expect, it } from 'vitest';
import { fitsQueue } from './message_size.ts';

const messageOf = (text: string) =>
  ({ v: 1, kind: 'stripe', account: null, event: { id: 'evt_1', type: 'x', text } }) as const;

it('counts what a queue counts: bytes, of the whole message', () => {
  expect(fitsQueue(messageOf('a'.repeat(99_000)))).toBe(true);
  expect(fitsQueue(messageOf('a'.repeat(100_000)))).toBe(false);
  // 40,000 characters, 120,000 bytes.
  expect(fitsQueue(messageOf('漢'.repeat(40_000)))).toBe(false);
});
