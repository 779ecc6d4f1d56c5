import type Stripe from 'stripe';
import { beforeEach, expect, it } from 'vitest';
import { EVENTS_PAGE } from '../stripe/event_list.ts';
import type { ListEvents } from '../stripe/event_list.ts';
import { nextEvents } from './event_page.ts';
import type { Cursor } from './event_page.ts';

const NOW = new Date('2026-11-28T12:00:00Z');
const seconds = (minutesAgo: number) => NOW.getTime() / 1_000 - minutesAgo * 60;

let asked = 0;
beforeEach(() => void (asked = 0));

/** A provider with these events, given oldest first. */
function provider(all: { id: string; created: number }[]): ListEvents {
  return (_, { from = 0, until = Infinity, olderThan, newerThan }) => {
    asked += 1;
    const at = all.findIndex(({ id }) => id === (olderThan ?? newerThan));
    if (at < 0 && (olderThan ?? newerThan) !== undefined) return Promise.resolve(null);
    const side = newerThan === undefined ? all.slice(0, olderThan === undefined ? all.length : at) : all.slice(at + 1);
    const wanted = side.filter(({ created }) => created >= from && created <= until);
    const cut = newerThan === undefined ? wanted.slice(-EVENTS_PAGE) : wanted.slice(0, EVENTS_PAGE);
    const events = cut.toReversed() as unknown as Stripe.Event[];
    return Promise.resolve({ events, hasMore: wanted.length > EVENTS_PAGE });
  };
}

const made = (count: number, minutesAgo = 20) =>
  Array.from({ length: count }, (_, index) => ({ id: `evt_${index}`, created: seconds(minutesAgo) + index }));

/** Reads until nothing waits. */
async function readAll(list: ListEvents, start: Cursor | null) {
  const pages: string[][] = [];
  let cursor = start;
  for (let more = true; more && pages.length < 20;) {
    const read = await nextEvents(list, null, cursor, NOW);
    pages.push(read.events.map(({ id }) => id).toReversed());
    ({ next: cursor, more } = read);
  }
  return { pages, cursor };
}

it('reads each of many events once, the oldest first, a page at a time', async () => {
  const all = made(250);
  const { pages, cursor } = await readAll(provider(all), null);
  expect(pages.map(({ length }) => length)).not.toContain(0);
  expect(pages.flat()).toEqual(all.map(({ id }) => id));
  expect(cursor).toEqual({ readUntil: NOW, lastEvent: null });
});

it('finds the oldest of very many events by a score of questions', async () => {
  const all = Array.from({ length: 50_000 }, (_, index) => ({ id: `evt_${index}`, created: seconds(60) + index / 20 }));
  const { events, more } = await nextEvents(provider(all), null, null, NOW);
  expect(events.map(({ id }) => id).toReversed()).toEqual(all.slice(0, events.length).map(({ id }) => id));
  expect({ more, isSome: events.length > 0 }).toEqual({ more: true, isSome: true });
  expect(asked).toBeLessThan(22);
});

it('reads more than a page of one second back to its oldest', async () => {
  const all = Array.from({ length: 250 }, (_, index) => ({ id: `evt_${index}`, created: seconds(20) }));
  const { pages } = await readAll(provider(all), null);
  expect(pages.flat()).toEqual(all.map(({ id }) => id));
});

it('reads the last ten minutes before its cursor again, and nothing older', async () => {
  const all = [...made(1, 12), { id: 'late', created: seconds(9) }, { id: 'new', created: seconds(-1) }];
  const { pages } = await readAll(provider(all), { readUntil: NOW, lastEvent: null });
  expect(pages).toEqual([['late', 'new']]);
});

it('goes on by time when the provider has forgotten the event it stood at', async () => {
  const read = await nextEvents(
    provider(made(3)),
    null,
    { readUntil: new Date(seconds(20) * 1_000), lastEvent: 'gone' },
    NOW,
  );
  expect(read).toMatchObject({ more: false, next: { readUntil: NOW, lastEvent: null } });
  expect(read.events).toHaveLength(3);
});

it('has nothing to read of an account without events, and has read it', async () => {
  expect(await nextEvents(provider([]), 'acct_1', null, NOW)).toEqual({
    events: [],
    next: { readUntil: NOW, lastEvent: null },
    more: false,
  });
});
