import type { Message } from './message.ts';

/** A queue message holds 128 kB; a larger event travels as its ids and is read back. */
const MESSAGE_BYTES = 100_000;

/** Whether a message fits a queue, counted as the queue does: in bytes of what is sent, not in characters. */
export const fitsQueue = (message: Message): boolean =>
  new TextEncoder().encode(JSON.stringify(message)).byteLength <= MESSAGE_BYTES;
