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
  // As the queue's own: 32 digits of which none says that they are a UUID.
  const id = randomBytes(16).toString('hex');
  const answer = await ask(`${useStack().control}/queue?name=${queue}`, {
    method: 'POST',
    body: JSON.stringify([{ id, body: message }]),
  });
  if (answer.status !== 200) throw new Error(`the consumer answered ${answer.status}: ${answer.text}`);
  const { explicitAcks } = JSON.parse(answer.text) as { explicitAcks: string[] };
  return explicitAcks.includes(id) ? 'ack' : 'retry';
}

/** Nudges the consumer as a route does about what it has committed. */
export function nudge(site: { code: string }, noun: WorkNoun, id: string): Promise<'ack' | 'retry'> {
  return deliver({ v: 1, kind: 'work', site: site.code, noun, id });
}
