import { randomBytes } from 'node:crypto';
import { ask } from '../../dev/client/http.ts';
import type { Message, WorkNoun } from '../../domain/message.ts';
import { useStack } from './stack.ts';

/**
 * Hands one message to the stack's consumer past the queue, which would deliver it when it pleases.
 *
 * @returns whether the consumer is done with it, or wants it again.
 */
export async function deliver(message: Message, queue = 'payments'): Promise<'ack' | 'retry'> {
  const { id, done } = await hand(message, queue);
  return done.includes(id) ? 'ack' : 'retry';
}

/** Nudges the consumer as a route does about what it has committed. */
export function nudge(site: { code: string }, noun: WorkNoun, id: string): Promise<'ack' | 'retry'> {
  return deliver({ v: 1, kind: 'work', site: site.code, noun, id });
}

/** Hands the consumer a message that its queue has given up, of whatever shape. @returns the id of the letter it keeps */
export async function giveUp(body: object): Promise<string> {
  const { id, done } = await hand(body, 'payments-dlq');
  if (!done.includes(id)) throw new Error('the consumer did not keep the letter');
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

async function hand(body: object, queue: string): Promise<{ id: string; done: string[] }> {
  // As the queue's own: 32 digits of which none says that they are a UUID.
  const id = randomBytes(16).toString('hex');
  const answer = await ask(`${useStack().control}/queue?name=${queue}`, {
    method: 'POST',
    body: JSON.stringify([{ id, body }]),
  });
  if (answer.status !== 200) throw new Error(`the consumer answered ${answer.status}: ${answer.text}`);
  const { explicitAcks } = JSON.parse(answer.text) as { explicitAcks: string[] };
  return { id, done: explicitAcks };
}
