import { and, eq, exists, inArray, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { eventMessage } from '../../domain/payment/event_message.ts';
import { providerCursors, sitePaymentAccounts, sites, webhookEvents } from '../../drizzle/schema/index.ts';
import { sweep, transact } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { databaseNow } from '../here.ts';
import { alertLine, errorFacts, logLine } from '../log.ts';
import type { Ports } from '../ports.ts';
import type { SweepResult } from '../sweep/rows.ts';
import { accountsOf } from './account.ts';
import type { EventPage } from '../stripe/event_list.ts';
import { firstReadUntil, nextEvents } from './event_page.ts';
import type { Cursor } from './event_page.ts';

/** Sites with connected accounts, used now or once; the platform's own account is read for the platform's site. */
export function hasAccount(db: Statements): SQL | undefined {
  return or(
    eq(sites.kind, 'platform'),
    exists(
      db
        .select({ one: sql`1` })
        .from(sitePaymentAccounts)
        .where(and(eq(sitePaymentAccounts.siteId, sites.id), eq(sitePaymentAccounts.provider, 'stripe'))),
    ),
  );
}

/**
 * Reads what happened on a site's accounts from the provider itself, and hands what no webhook brought to the consumer, as
 * a webhook would have. An event that is on its way in the queue may be handed over twice: the inbox takes it once. An
 * account that cannot be read does not keep the others from it; of one that was disconnected an operator is told once.
 *
 * @throws DomainError `database.unavailable` (retry)
 */
export async function readMissedEvents(ports: Ports, site: string): Promise<SweepResult> {
  const result = { found: 0, moved: 0, failed: 0, more: false };
  for (const account of await accountsOf(ports, site)) {
    try {
      const { found, moved, more } = await readAccount(ports, site, account);
      result.found += found;
      result.moved += moved;
      result.more ||= more;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'database.unavailable') throw error;
      result.failed += 1;
      logLine({ sweep_row: account ?? 'platform', outcome: 'failed', ...errorFacts(error) });
    }
  }
  return result;
}

async function readAccount(ports: Ports, site: string, account: string | null) {
  const now = new Date();
  const cursor = await cursorOf(ports, account);
  try {
    const { events, next, more } = await nextEvents(ports.paymentEvents, account, cursor, now);
    const missed = await notReceived(ports, events);
    await ports.send(
      'payments',
      missed.map((event) => eventMessage(event, account)),
    );
    await moveCursor(ports, account, cursor, next);
    return { found: events.length, moved: missed.length, more };
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'payment.account_lost') throw error;
    if (cursor?.lostAt == null) {
      alertLine('account.lost', { site, account });
      await loseAccount(ports, account, now);
    }
    return { found: 0, moved: 0, more: false };
  }
}

/** The cursor stays where it is: what happened meanwhile is read once the account lets us in again. */
async function loseAccount(ports: Ports, account: string | null, now: Date): Promise<void> {
  await transact(ports.database, {}, (db) => [
    db
      .insert(providerCursors)
      .values({
        ...{ provider: 'stripe', account: account ?? '', readUntil: firstReadUntil(now) },
        ...{ at: databaseNow, lostAt: databaseNow },
      })
      .onConflictDoUpdate({
        target: [providerCursors.provider, providerCursors.account],
        set: { lostAt: databaseNow },
      }),
  ]);
}

const cursorAt = (account: string | null) =>
  and(eq(providerCursors.provider, 'stripe'), eq(providerCursors.account, account ?? ''));

async function cursorOf(ports: Ports, account: string | null) {
  const [, rows] = await transact(ports.database, {}, (db) => [
    db
      .select({
        readUntil: providerCursors.readUntil,
        lastEvent: providerCursors.lastEvent,
        lostAt: providerCursors.lostAt,
      })
      .from(providerCursors)
      .where(cursorAt(account)),
  ]);
  return rows[0] ?? null;
}

/** The oldest first. Events of one account may be of many sites, so what is known is asked across them, by id alone. */
async function notReceived(ports: Ports, events: EventPage['events']): Promise<EventPage['events']> {
  if (events.length === 0) return [];
  const ids = events.map(({ id }) => id);
  const [rows] = await sweep(ports.sweepDatabase, (db) => [
    db
      .select({ id: webhookEvents.eventId })
      .from(webhookEvents)
      .where(and(eq(webhookEvents.provider, 'stripe'), inArray(webhookEvents.eventId, ids))),
  ]);
  const known = new Set(rows.map(({ id }) => id));
  return events.filter(({ id }) => !known.has(id)).toReversed();
}

/** Moves the cursor from where it was read; of two sweeps at once the slower one leaves it to the other. */
async function moveCursor(ports: Ports, account: string | null, from: Cursor | null, to: Cursor): Promise<void> {
  const values = { ...to, at: databaseNow, lostAt: null };
  await transact(ports.database, {}, (db) => [
    from === null
      ? db
          .insert(providerCursors)
          .values({ provider: 'stripe', account: account ?? '', ...values })
          .onConflictDoNothing()
      : db
          .update(providerCursors)
          .set(values)
          .where(
            and(
              cursorAt(account),
              eq(providerCursors.readUntil, from.readUntil),
              sql`${providerCursors.lastEvent} is not distinct from ${from.lastEvent}`,
            ),
          ),
  ]);
}
