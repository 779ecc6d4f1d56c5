import { and, eq } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { parseMessage } from '../../domain/message.ts';
import type { Message } from '../../domain/message.ts';
import { webhookEvents } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';
import type { Ports } from '../ports.ts';

/**
 * A site's stored event as the message that brought it, to be taken again.
 *
 * @throws DomainError `request.malformed` when the site has no such event, `webhook.cut` when only its ids are kept.
 */
export async function storedEvent(ports: Ports, site: string, eventId: string): Promise<Message> {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select({ provider: webhookEvents.provider, payload: webhookEvents.payload, cutAt: webhookEvents.cutAt })
      .from(webhookEvents)
      .where(and(eq(webhookEvents.siteId, here), eq(webhookEvents.eventId, eventId))),
  ]);
  const row = rows[0];
  if (row === undefined || typeof row.payload !== 'object' || row.payload === null) {
    throw new DomainError('request.malformed', { detail: 'There is no such event.' });
  }
  if (row.cutAt !== null) throw new DomainError('webhook.cut');
  return messageOf(row.provider, { ...row.payload });
}

/**
 * The message an event's payload came in. An event of a connected account says so itself; one that was cut to its
 * reference was stored with what it cannot say.
 *
 * @throws DomainError `request.malformed`.
 */
export function messageOf(provider: 'stripe' | 'fireblocks', payload: Readonly<Record<string, unknown>>): Message {
  const { account, full, ...reference } = payload;
  const isCut = full === false;
  return parseMessage({
    v: 1,
    kind: provider,
    ...(isCut ? { full: false, event: reference } : { event: payload }),
    ...(provider === 'stripe' ? { account: account ?? null } : {}),
  });
}
