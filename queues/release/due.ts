import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import { releases } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { databaseNow, here } from '../here.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX } from '../sweep/rows.ts';
import type { SweepResult } from '../sweep/rows.ts';

/** A release whose day has come but whose row does not say so yet. */
export const isDue = and(eq(releases.state, 'scheduled'), lte(releases.dueAt, databaseNow));

/** A release an operator approved and nobody has taken up. */
export const isApproved = eq(releases.state, 'approved');

/** Marks the site's releases due. One statement does it, and two at once simply share the rows. */
export async function markReleasesDue(ports: Ports, site: string): Promise<SweepResult> {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .update(releases)
      .set({ state: 'due', version: sql`${releases.version} + 1` })
      .where(
        and(
          eq(releases.siteId, here),
          inArray(
            releases.id,
            db
              .select({ id: releases.id })
              .from(releases)
              .where(and(eq(releases.siteId, here), isDue))
              .limit(SWEEP_ROWS_MAX)
              .for('update', { skipLocked: true }),
          ),
        ),
      )
      .returning({ id: releases.id }),
  ]);
  return { found: rows.length, moved: rows.length, failed: 0 };
}

/** The site's approved releases, whose nudge may have been lost or whose hindrance may be over. In random order. */
export async function approvedReleases(ports: Ports, site: string): Promise<string[]> {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select({ id: releases.id })
      .from(releases)
      .where(and(eq(releases.siteId, here), isApproved))
      .orderBy(sql`random()`)
      .limit(SWEEP_ROWS_MAX),
  ]);
  return rows.map(({ id }) => id);
}
