import { DomainError } from '../../domain/error.ts';
import type { EventPage, ListEvents } from './event_list.ts';

/** The provider makes events known a little out of order; what was read lately is read again. */
const OVERLAP_SECONDS = 10 * 60;

/** How far an account that was never read is read back: as long as the provider itself tries to deliver. */
const FIRST_SECONDS = 3 * 24 * 60 * 60;

/** How far the events of an account were read. */
export interface Cursor {
  readonly readUntil: Date;
  /** The newest event handled, while more than a page of events waits; else null. */
  readonly lastEvent: string | null;
}

export interface NextEvents {
  readonly events: EventPage['events'];
  /** The cursor once these are handled. */
  readonly next: Cursor;
  /** Whether newer ones wait. */
  readonly more: boolean;
}

/**
 * The oldest events that were not read yet, at most a page. The provider lists the newest first, so where more than a page
 * waits it is gone back to the oldest once, and from there on forward from event to event.
 *
 * @param now by the real clock, which is the provider's: the business clock may be shifted
 * @throws DomainError `payment.unavailable` (retry)
 */
export async function nextEvents(
  list: ListEvents,
  account: string | null,
  cursor: Cursor | null,
  now: Date,
): Promise<NextEvents> {
  const end: Cursor = { readUntil: now, lastEvent: null };
  const forward =
    cursor === null || cursor.lastEvent === null ? null : await newerThan(list, account, cursor.lastEvent);
  if (cursor !== null && forward !== null) return ahead(forward.events, forward.hasMore, cursor, end);

  const from = Math.floor(cursor === null ? now.getTime() / 1_000 - FIRST_SECONDS : cursor.readUntil.getTime() / 1_000);
  const query = { from: cursor === null ? from : from - OVERLAP_SECONDS };
  let page = await list(account, query);
  let isWhole = true;
  while (page.hasMore) {
    const oldest = page.events.at(-1);
    if (oldest === undefined) break;
    page = await list(account, { ...query, olderThan: oldest.id });
    isWhole = false;
  }
  return ahead(page.events, !isWhole, { readUntil: new Date(from * 1_000), lastEvent: null }, end);
}

function ahead(events: EventPage['events'], more: boolean, { readUntil }: Cursor, end: Cursor): NextEvents {
  const newest = events[0];
  return more && newest !== undefined
    ? { events, next: { readUntil, lastEvent: newest.id }, more: true }
    : { events, next: end, more: false };
}

/** Null when the provider no longer knows the event: then the time alone says where to go on. */
async function newerThan(list: ListEvents, account: string | null, eventId: string): Promise<EventPage | null> {
  try {
    return await list(account, { newerThan: eventId });
  } catch (error) {
    if (error instanceof DomainError && error.code === 'payment.provider_failed') return null;
    throw error;
  }
}
