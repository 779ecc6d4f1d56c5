import { and, eq, exists, inArray, lte, or, sql } from 'drizzle-orm';
import { ledgerAccounts, orders, releases } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { databaseNow, here } from '../here.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX } from '../sweep/rows.ts';
import type { SweepResult } from '../sweep/rows.ts';

/** A release whose day has come but whose row does not say so yet. */
export const isDue = and(eq(releases.state, 'scheduled'), lte(releases.dueAt, databaseNow));

/**
 * A release that was approved and nobody has taken up, or whose payout came back after its order was refunded, to settle a
 * debt of its buyer.
 */
export const isToSubmit = (db: Statements) =>
  or(
    eq(releases.state, 'approved'),
    and(
      inArray(releases.state, ['failed', 'blocked']),
      exists(
        db
          .select({ one: sql`1` })
          .from(orders)
          .where(
            and(eq(orders.siteId, releases.siteId), eq(orders.id, releases.orderId), eq(orders.status, 'refunded')),
          ),
      ),
    ),
  );

/** Marks the site's releases due. One statement does it, and two at once simply share the rows. */
export async function markReleasesDue(ports: Ports, site: string): Promise<SweepResult> {
  const [, { rows }] = await transact(ports.database, { site }, (db) => [
    // Chosen before anything is changed: a subselect with a limit may be asked more than once.
    db.execute(sql`
      with ready as materialized (
        select id from releases where site_id = ${here} and ${isDue} limit ${SWEEP_ROWS_MAX} for update skip locked)
      update releases r set state = 'due', version = r.version + 1
      from ready where r.site_id = ${here} and r.id = ready.id returning r.id`),
  ]);
  return { found: rows.length, moved: rows.length, failed: 0 };
}

/** One that came back is worth it only while its buyer's debt is at least what is left of it. */
export const isWorthSubmitting = (db: Statements) =>
  or(
    eq(releases.state, 'approved'),
    exists(
      db
        .select({ one: sql`1` })
        .from(ledgerAccounts)
        .where(
          and(
            eq(ledgerAccounts.siteId, releases.siteId),
            eq(ledgerAccounts.kind, 'buyer_debt'),
            eq(ledgerAccounts.ownerId, releases.userId),
            sql`-${ledgerAccounts.balance} >= ${releases.amountBase} - ${releases.reversedBase} - ${releases.nettedBase}`,
          ),
        ),
    ),
  );
