import { and, eq } from 'drizzle-orm';
import { transact } from '../../drizzle/transaction.ts';
import type { Entry, Statements } from '../../drizzle/transaction.ts';
import { webhookEvents } from '../../drizzle/schema/index.ts';
import { databaseNow } from '../here.ts';
import { jsonb } from '../json.ts';
import { alertLine } from '../log.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { idsOf } from './cut.ts';

/** A provider's event, as it stands in the inbox. */
export interface InboxEvent {
  readonly provider: 'stripe' | 'fireblocks';
  readonly eventId: string;
  readonly type: string;
  readonly payload: unknown;
}

export type InboxResult =
  { readonly state: 'applied' } | { readonly state: 'ignored' | 'parked'; readonly reason: string };

/** Why an event of a type that changes nothing of ours was ignored. */
export const FOREIGN_TYPE = 'event.type';

/**
 * Whether nobody will ever take an event again, so that it need not be kept whole: none of ours handles its type, or it is
 * ignored and no site's. A release that learns to handle a type takes those the provider sends from then on.
 */
function isOver(siteId: string | null, result: InboxResult): boolean {
  return result.state === 'ignored' && (siteId === null || result.reason === FOREIGN_TYPE);
}

/**
 * The statements that write an event down, for the commit of its effect. A delivery of an event that was parked before
 * and can be applied now takes its row over; any other repetition leaves the row as it is.
 *
 * @param siteId null for an event of no site.
 */
export function inboxStatements(db: Statements, siteId: string | null, event: InboxEvent, result: InboxResult) {
  const { provider, eventId, type, payload } = event;
  const ended = { state: result.state, reason: result.state === 'applied' ? null : result.reason };
  const kept = isOver(siteId, result)
    ? { payload: idsOf(jsonb(payload)), cutAt: databaseNow }
    : { payload: jsonb(payload) };
  return [
    db
      .insert(webhookEvents)
      .values({ provider, eventId, siteId, type, receivedAt: databaseNow, ...kept, ...ended })
      .onConflictDoNothing(),
    db
      .update(webhookEvents)
      .set(ended)
      .where(
        and(
          eq(webhookEvents.provider, provider),
          eq(webhookEvents.eventId, eventId),
          eq(webhookEvents.state, 'parked'),
        ),
      ),
  ] as const;
}

/** Where an event belongs: the entry of its site and that site's id, or the empty entry and null for none. */
export interface InboxPlace {
  readonly entry: Entry;
  readonly siteId: string | null;
}

export const NO_SITE: InboxPlace = { entry: {}, siteId: null };

/** Ends an event that changes nothing of ours. @param event null when no event told of it but a sweep */
export async function ignoreEvent(
  ports: Ports,
  place: InboxPlace,
  event: InboxEvent | null,
  reason: string,
): Promise<Outcome> {
  if (event !== null) {
    await transact(ports.database, place.entry, (db) =>
      inboxStatements(db, place.siteId, event, { state: 'ignored', reason }),
    );
  }
  return { outcome: 'ignored', reason };
}

/**
 * Keeps what must not be applied for an operator, and raises the alert.
 *
 * @param event null when no event told of it but a sweep: then the alert is all there is.
 */
export async function parkEvent(
  ports: Ports,
  place: InboxPlace,
  event: InboxEvent | null,
  reason: string,
): Promise<Outcome> {
  if (event !== null) {
    await transact(ports.database, place.entry, (db) =>
      inboxStatements(db, place.siteId, event, { state: 'parked', reason }),
    );
  }
  alertLine('event.parked', { reason, provider: event?.provider, event: event?.eventId, site_id: place.siteId });
  return { outcome: 'parked', reason };
}
