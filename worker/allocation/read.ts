import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import { getAddress } from 'ethers';
import { DomainError } from '../../domain/error.ts';
import { allocations, payouts, releases, sites } from '../../drizzle/schema/index.ts';
import { transact, type Statements } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { decodeCursor, pageOf } from '../http/page.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { presentRelease } from '../order/present.ts';
import type { Allocation, AllocationDetail } from './shape.ts';

export type AllocationRow = typeof allocations.$inferSelect;

/** The allocations of the transaction's person. */
export const OWN = sql`${allocations.siteId} = app.site_id() and ${allocations.userId} = app.user_id()`;

const decimalsHere = (db: Statements) =>
  db
    .select({ decimals: sites.tokenDecimals })
    .from(sites)
    .where(sql`${sites.id} = app.site_id()`);

/** The visitor's allocations, the newest first. @throws DomainError `auth.required` */
export async function readAllocations(
  env: Env,
  who: Visitor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Allocation[]; next_cursor: string | null }> {
  const before = decodeCursor(cursor);
  const [, siteRows, rows] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    decimalsHere(db),
    db
      .select()
      .from(allocations)
      .where(before === undefined ? OWN : and(OWN, lt(allocations.id, before)))
      .orderBy(desc(allocations.id))
      .limit(limit + 1),
  ]);
  return pageOf(rows, limit, (row) => present(row, siteRows[0]?.decimals ?? 0));
}

/**
 * One of the visitor's allocations with its releases and their transactions.
 *
 * @throws DomainError `auth.required`; `allocation.unknown` for another buyer's or site's as for none
 */
export async function readAllocation(env: Env, who: Visitor, allocationId: string): Promise<AllocationDetail> {
  const [, siteRows, [found], releaseRows] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    decimalsHere(db),
    db
      .select()
      .from(allocations)
      .where(and(OWN, eq(allocations.id, allocationId))),
    db
      .select({ release: releases, txHash: payouts.txHash })
      .from(releases)
      .leftJoin(
        payouts,
        and(
          eq(payouts.siteId, releases.siteId),
          eq(payouts.releaseId, releases.id),
          sql`${payouts.state} in ('submitting', 'submitted', 'confirmed')`,
        ),
      )
      .where(
        and(
          sql`${releases.siteId} = app.site_id() and ${releases.userId} = app.user_id()`,
          eq(releases.allocationId, allocationId),
        ),
      )
      .orderBy(asc(releases.sequence)),
  ]);
  if (found === undefined) throw new DomainError('allocation.unknown');
  return {
    ...present(found, siteRows[0]?.decimals ?? 0),
    releases: releaseRows.map(({ release, txHash }) => presentRelease(release, txHash)),
  };
}

const present = (row: AllocationRow, tokenDecimals: number): Allocation => ({
  id: row.id,
  order_id: row.orderId,
  total_base: row.totalBase.toString(),
  token_decimals: tokenDecimals,
  wallet_address: getAddress(row.walletAddress),
  wallet_changed_at: row.walletChangedAt?.toISOString() ?? null,
  payable_from: row.payableFrom.toISOString(),
  created_at: row.createdAt.toISOString(),
});
