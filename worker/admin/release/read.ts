import { and, asc, eq, gt, sql } from 'drizzle-orm';
import { getAddress } from 'ethers';
import { allocations, releases } from '../../../drizzle/schema/index.ts';
import { transact } from '../../../drizzle/transaction.ts';
import { readerDatabase } from '../../database.ts';
import type { Env } from '../../env.ts';
import { decodeCursor, pageOf } from '../../http/page.ts';
import { entryOf, type Visitor } from '../../http/visitor.ts';
import type { AdminRelease } from '../shape.ts';

type ReleaseState = (typeof releases.$inferSelect)['state'];

/** Releases of a site in one state, oldest id first. @throws DomainError `request.not_found`, `auth.required` */
export async function readReleases(
  env: Env,
  who: Visitor,
  site: string,
  { state, limit, cursor }: { state: ReleaseState; limit: number; cursor?: string | undefined },
): Promise<{ items: AdminRelease[]; next_cursor: string | null }> {
  const after = decodeCursor(cursor);
  const wanted = and(sql`${releases.siteId} = app.site_id()`, eq(releases.state, state));
  const [, rows] = await transact(readerDatabase(env), entryOf(who, 'support', site), (db) => [
    db
      .select({ release: releases, allocation: allocations })
      .from(releases)
      .innerJoin(allocations, and(eq(allocations.siteId, releases.siteId), eq(allocations.id, releases.allocationId)))
      .where(after === undefined ? wanted : and(wanted, gt(releases.id, after)))
      .orderBy(asc(releases.id))
      .limit(limit + 1),
  ]);
  const flat = rows.map(({ release, allocation }) => ({ ...release, allocation }));
  return pageOf(flat, limit, (row): AdminRelease => ({
    id: row.id,
    order_id: row.orderId,
    sequence: row.sequence,
    due_at: row.dueAt.toISOString(),
    amount_base: (row.amountBase - row.reversedBase - row.nettedBase).toString(),
    state: row.state,
    wallet_address: getAddress(row.allocation.walletAddress),
    payable_from: row.allocation.payableFrom.toISOString(),
  }));
}
