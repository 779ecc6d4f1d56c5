import { addDays } from '../../domain/time.ts';
import type { EventPage, EventQuery, ListEvents } from '../stripe/event_list.ts';

/** The provider makes events known a little out of order; what was read lately is read again. */
const OVERLAP_SECONDS = 10 * 60;

/** From when on an account is read that never was: three days back, as long as the provider itself tries to deliver. */
export const firstReadUntil = (now: Date) => addDays(now, -3);

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
 * waits the oldest one is searched for once, and from there on it is read forward from event to event.
 *
 * @param now by the real clock, which is the provider's: the business clock may be shifted
 * @throws DomainError `payment.account_lost`, `payment.unavailable` (retry)
 */
export async function nextEvents(
  list: ListEvents,
  account: string | null,
  cursor: Cursor | null,
  now: Date,
): Promise<NextEvents> {
  const end: Cursor = { readUntil: now, lastEvent: null };
  const lastEvent = cursor?.lastEvent ?? null;
  const forward = lastEvent === null ? null : await list(account, { newerThan: lastEvent });
  if (cursor !== null && forward !== null) return ahead(forward.events, forward.hasMore, cursor, end);

  const readUntil = cursor?.readUntil ?? firstReadUntil(now);
  const from = seconds(readUntil) - (cursor === null ? 0 : OVERLAP_SECONDS);
  const ask = async (query: EventQuery) => (await list(account, query)) ?? NO_EVENTS;
  const all = await ask({ from });
  if (!all.hasMore) return ahead(all.events, false, { readUntil, lastEvent: null }, end);
  const oldest = await oldestPage(ask, from, seconds(now));
  return ahead(oldest, true, { readUntil, lastEvent: null }, end);
}

/**
 * Of more than a page of events the oldest ones, at most a page. Time is halved until what is left of it has that many: a
 * score of questions for three days, however many the events are. Only where one second has more than a page of them it is
 * gone back from page to page.
 *
 * @param from in seconds, like `until`
 */
async function oldestPage(
  ask: (query: EventQuery) => Promise<EventPage>,
  from: number,
  until: number,
): Promise<EventPage['events']> {
  let [low, high] = [from, until];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const page = await ask({ from, until: middle });
    if (page.events.length === 0) low = middle + 1;
    else if (page.hasMore) high = middle;
    else return page.events;
  }
  let page = await ask({ from, until: low });
  for (let last = page.events.at(-1); page.hasMore && last !== undefined; last = page.events.at(-1)) {
    page = await ask({ from, until: low, olderThan: last.id });
  }
  return page.events;
}

const NO_EVENTS: EventPage = { events: [], hasMore: false };

const seconds = (at: Date) => Math.floor(at.getTime() / 1_000);

function ahead(events: EventPage['events'], more: boolean, { readUntil }: Cursor, end: Cursor): NextEvents {
  const newest = events[0];
  return more && newest !== undefined
    ? { events, next: { readUntil, lastEvent: newest.id }, more: true }
    : { events, next: end, more: false };
}
