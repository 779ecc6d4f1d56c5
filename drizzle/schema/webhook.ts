import { sql } from 'drizzle-orm';
import { check, index, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core';
import { id, instant, siteId } from './column.ts';
import { sites } from './site.ts';

/** The inbox: one row a provider's event, so that a second delivery changes nothing. `siteId` null = no site's yet. */
export const webhookEvents = pgTable(
  'webhook_events',
  {
    provider: text({ enum: ['stripe', 'fireblocks'] }).notNull(),
    eventId: text().notNull(),
    siteId: uuid().references(() => sites.id),
    type: text().notNull(),
    payload: jsonb().$type<unknown>().notNull(),
    state: text({ enum: ['applied', 'ignored', 'parked'] }).notNull(),
    reason: text(),
    receivedAt: instant().notNull(),
    /** Since when the payload holds ids alone. */
    cutAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.provider, t.eventId] }),
    index('webhook_events_by_site').on(t.siteId, t.state, t.receivedAt, t.eventId),
    index('webhook_events_whole')
      .on(t.siteId, t.receivedAt)
      .where(sql`${t.cutAt} is null and ${t.state} <> 'parked'`),
    check('webhook_events_state', sql`${t.state} in ('applied', 'ignored', 'parked')`),
    check('webhook_events_reason', sql`${t.state} = 'applied' or ${t.reason} is not null`),
  ],
);

/** What was done to a provider's object, whichever event told of it. */
export const effects = pgTable(
  'effects',
  {
    siteId: siteId().references(() => sites.id),
    provider: text().notNull(),
    object: text().notNull(),
    effect: text().notNull(),
    at: instant().notNull(),
  },
  (t) => [primaryKey({ columns: [t.siteId, t.provider, t.object, t.effect] })],
);

/** A message the consumer gave up on, kept for an operator to read and replay. */
export const deadLetters = pgTable(
  'dead_letters',
  {
    queue: text().notNull(),
    id: id(),
    siteId: uuid().references(() => sites.id),
    body: jsonb().$type<unknown>().notNull(),
    attempts: integer().notNull(),
    at: instant().notNull(),
    replayedAt: instant(),
    /** Since when the event in the body, if it has one, holds ids alone. */
    cutAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.id] }),
    unique('dead_letters_message').on(t.queue, t.id),
    index('dead_letters_by_site').on(t.siteId, t.at, t.id),
    index('dead_letters_whole')
      .on(t.siteId, t.at)
      .where(sql`${t.cutAt} is null and ${t.replayedAt} is not null`),
  ],
);
