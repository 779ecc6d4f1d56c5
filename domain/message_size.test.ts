import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitsQueue, queueBatches } from './message_size.ts';

const messageOf = (text: string) =>
  ({ v: 1, kind: 'stripe', account: null, event: { id: 'evt_1', type: 'x', text } }) as const;

it('counts what a queue counts: bytes, of the whole message', () => {
  expect(fitsQueue(messageOf('a'.repeat(99_000)))).toBe(true);
  expect(fitsQueue(messageOf('a'.repeat(100_000)))).toBe(false);
  // 40,000 characters, 120,000 bytes.
  expect(fitsQueue(messageOf('漢'.repeat(40_000)))).toBe(false);
});

it('never sends more at once than a queue takes, and all of it in its order', () => {
  const sizes = fc.array(fc.oneof(fc.nat(300), fc.integer({ min: 20_000, max: 99_000 })), { maxLength: 200 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const messages = lengths.map((length) => messageOf('a'.repeat(length)));
      const batches = queueBatches(messages);
      expect(batches.flat()).toEqual(messages);
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0);
        expect(batch.length).toBeLessThanOrEqual(100);
        expect(JSON.stringify(batch).length).toBeLessThan(256_000);
      }
    }),
  );
});
