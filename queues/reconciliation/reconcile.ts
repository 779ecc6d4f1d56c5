import { and, eq, or, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { dayToReconcile, type Day } from '../../domain/reconciliation/day.ts';
import { providerCursors, sites } from '../../drizzle/schema/index.ts';
import { sweep, transact } from '../../drizzle/transaction.ts';
import { databaseNow } from '../here.ts';
import { alertLine } from '../log.ts';
import { accountsOf } from '../payment/account.ts';
import { sitesOfIntents } from '../payment/whose.ts';
import type { Ports } from '../ports.ts';
import { leaveRow, type SweepResult } from '../sweep/rows.ts';
import { MOVEMENTS_MOST, type Movement } from './movement.ts';
import { siteNamed } from './read_back.ts';
import { reconcileSite, type OfSite } from './site.ts';

/** Under which name the days are kept that were reconciled. */
const CURSOR = 'stripe_balance';

/** Sites with an account whose last day is over and was not reconciled; one that could not be read waits an hour. */
export const hasDayToReconcile: SQL | undefined = or(
  and(eq(sites.kind, 'platform'), isToDo(sql`''`)),
  sql`exists (select from site_payment_accounts a where a.site_id = ${sites.id} and a.provider = 'stripe'
    and ${isToDo(sql`a.account`)})`,
);

function isToDo(account: SQL): SQL {
  const today = sql`date_trunc('day', ${databaseNow}, 'UTC')`;
  return sql`(${databaseNow} >= ${today} + interval '1 hour' and not exists (
    select from ${providerCursors} c where c.provider = ${CURSOR} and c.account = ${account}
      and (c.read_until >= ${today} or c.at > ${databaseNow} - interval '1 hour')))`;
}

/**
 * Compares a day's balance of a site's accounts at the provider with what is booked. Where the two differ, a row tells an
 * operator; it is resolved by itself once they agree. What the provider kept and what it paid out to the bank is booked.
 *
 * @throws DomainError `database.unavailable` (retry)
 */
export async function reconcileAccounts(ports: Ports, site: string): Promise<SweepResult> {
  const result = { found: 0, moved: 0, failed: 0, more: false };
  for (const account of await accountsOf(ports, site)) {
    const { doneUntil, now } = await cursorOf(ports, account);
    const day = dayToReconcile(doneUntil, now);
    if (day === null) continue;
    try {
      const { movements, breaks, failed } = await reconcileDay(ports, site, account, day);
      result.found += movements;
      result.moved += breaks;
      result.failed += failed;
      await moveCursor(ports, account, failed === 0 ? day.to : day.from);
      result.more ||= failed === 0 && dayToReconcile(day.to, now) !== null;
    } catch (error) {
      leaveRow(account ?? 'platform', error);
      result.failed += 1;
      await moveCursor(ports, account, day.from);
    }
  }
  return result;
}

/** A site that cannot be compared keeps the day open, and keeps none of the others from being compared. */
async function reconcileDay(ports: Ports, site: string, account: string | null, day: Day) {
  const movements = await ports.movements(account, day);
  if (movements.length >= MOVEMENTS_MOST) alertLine('reconciliation.too_many', { account, day: day.name });
  let breaks = 0;
  let failed = 0;
  for (const [code, own] of await bySite(ports, { site, account, movements })) {
    try {
      breaks += await reconcileNamed(ports, { code, site }, { account, day, movements: own });
    } catch (error) {
      leaveRow(code, error);
      failed += 1;
    }
  }
  return { movements: movements.length, breaks, failed };
}

/** Money that names a site which is none, or none any more, is for the platform's operators to look at. */
async function reconcileNamed(ports: Ports, { code, site }: { code: string; site: string }, own: OfSite) {
  try {
    return await reconcileSite(ports, code, own);
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'webhook.unmapped' || code === site) throw error;
    return reconcileSite(ports, site, own);
  }
}

/**
 * Whose the movements are: those of a connected account its site's; on the platform's own, the PaymentIntent says. There
 * every site is looked at, also one for which nothing moved: what it has booked may be what the provider does not have.
 */
async function bySite(
  ports: Ports,
  { site, account, movements }: { site: string; account: string | null; movements: readonly Movement[] },
): Promise<Map<string, Movement[]>> {
  if (account !== null) return new Map([[site, [...movements]]]);
  const [rows] = await sweep(ports.sweepDatabase, (db) => [db.select({ code: sites.code }).from(sites)]);
  const found = new Map<string, Movement[]>(rows.map(({ code }) => [code, []]));
  const codes = await codesOf(ports, movements);
  for (const movement of movements) {
    const { intentId } = movement;
    if (intentId !== null && !codes.has(intentId)) codes.set(intentId, (await siteNamed(ports, intentId)) ?? site);
    const code = codes.get(intentId) ?? site;
    const own = found.get(code);
    if (own === undefined) found.set(code, [movement]);
    else own.push(movement);
  }
  return found;
}

/** Site codes by PaymentIntent: a charge names its site, and whose refund or dispute it is our payments tell. */
async function codesOf(ports: Ports, movements: readonly Movement[]): Promise<Map<string | null, string>> {
  const codes = new Map<string | null, string>();
  for (const { intentId, siteCode } of movements) if (siteCode !== null) codes.set(intentId, siteCode);
  const sought = new Set(movements.flatMap(({ intentId }) => (codes.has(intentId) ? [] : (intentId ?? []))));
  for (const [intentId, code] of await sitesOfIntents(ports, [...sought])) codes.set(intentId, code);
  return codes;
}

async function cursorOf(ports: Ports, account: string | null): Promise<{ doneUntil: Date | null; now: Date }> {
  const [entered, rows] = await transact(ports.database, {}, (db) => [
    db
      .select({ readUntil: providerCursors.readUntil })
      .from(providerCursors)
      .where(and(eq(providerCursors.provider, CURSOR), eq(providerCursors.account, account ?? ''))),
  ]);
  return { doneUntil: rows[0]?.readUntil ?? null, now: entered.now };
}

/** Of two sweeps at once the slower one finds the day done; it never goes back. */
async function moveCursor(ports: Ports, account: string | null, readUntil: Date): Promise<void> {
  await transact(ports.database, {}, (db) => [
    db
      .insert(providerCursors)
      .values({ provider: CURSOR, account: account ?? '', readUntil, at: databaseNow })
      .onConflictDoUpdate({
        target: [providerCursors.provider, providerCursors.account],
        set: { readUntil: sql`greatest(provider_cursors.read_until, excluded.read_until)`, at: databaseNow },
      }),
  ]);
}
