import type { Queue } from '@cloudflare/workers-types';
import type { Message, WorkNoun } from '../domain/message.ts';

/**
 * Tells the consumer of what was committed. It is only a hint, since a sweep finds the same: a queue that is away must not
 * make a success look like a failure, and calls nobody.
 */
export async function nudge(
  queue: Queue<Message>,
  site: string,
  noun: WorkNoun,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  try {
    await queue.sendBatch(ids.map((id) => ({ body: { v: 1, kind: 'work', site, noun, id } as const })));
  } catch {
    console.error(JSON.stringify({ level: 'warn', event: 'nudge.lost', site, noun, count: ids.length }));
  }
}
