import type { Message } from './message.ts';

/** A queue message holds 128 kB; a larger event travels as its ids and is read back. */
const MESSAGE_BYTES = 100_000;

/** A queue takes 100 messages and 256 kB at once. */
const BATCH_MESSAGES = 50;
const BATCH_BYTES = 200_000;

/** Counted as the queue does: bytes of what is sent, not characters. */
const bytesOf = (message: Message): number => new TextEncoder().encode(JSON.stringify(message)).byteLength;

/** Whether a message fits a queue. */
export const fitsQueue = (message: Message): boolean => bytesOf(message) <= MESSAGE_BYTES;

/** The messages, in their order, in batches that a queue takes at once. */
export function queueBatches(messages: readonly Message[]): Message[][] {
  const batches: Message[][] = [];
  let left = 0;
  for (const message of messages) {
    const bytes = bytesOf(message);
    const batch = batches.at(-1);
    if (batch !== undefined && batch.length < BATCH_MESSAGES && bytes <= left) batch.push(message);
    else {
      batches.push([message]);
      left = BATCH_BYTES;
    }
    left -= bytes;
  }
  return batches;
}
