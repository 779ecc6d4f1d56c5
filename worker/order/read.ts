import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { allocations, orderEvents, orders, payouts, releases, sites, tiers } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { decodeCursor, pageOf } from '../http/page.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { presentEvent, presentOrder, presentRelease } from './present.ts';
import type { Order, OrderDetail } from './shape.ts';

const tierOfOrder = and(eq(tiers.siteId, orders.siteId), eq(tiers.id, orders.tierId));
const own = sql`${orders.siteId} = app.site_id() and ${orders.userId} = app.user_id()`;

/** The visitor's orders, the newest first. @throws DomainError `auth.required` */
export async function readOrders(
  env: Env,
  who: Visitor,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<{ items: Order[]; next_cursor: string | null }> {
  const before = decodeCursor(cursor);
  const [, siteRows, rows] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    db
      .select({ decimals: sites.tokenDecimals })
      .from(sites)
      .where(sql`${sites.id} = app.site_id()`),
    db
      .select({ order: orders, tierName: tiers.name })
      .from(orders)
      .innerJoin(tiers, tierOfOrder)
      .where(before === undefined ? own : and(own, lt(orders.id, before)))
      .orderBy(desc(orders.id))
      .limit(limit + 1),
  ]);
  const decimals = siteRows[0]?.decimals ?? 0;
  return pageOf(
    rows.map(({ order, tierName }) => ({ ...order, tierName })),
    limit,
    (row) => presentOrder(row, row.tierName, decimals),
  );
}

/**
 * One of the visitor's orders with its events and what it brings.
 *
 * @throws DomainError `auth.required`; `order.unknown` for another buyer's or site's order as for none
 */
export async function readOrder(env: Env, who: Visitor, orderId: string): Promise<OrderDetail> {
  const ofOrder = (table: typeof orderEvents | typeof allocations | typeof releases) =>
    and(sql`${table.siteId} = app.site_id()`, eq(table.orderId, orderId));
  const [, siteRows, orderRows, events, allocationRows, releaseRows] = await transact(
    buyerDatabase(env),
    entryOf(who, 'buyer'),
    (db) => [
      db
        .select({ decimals: sites.tokenDecimals })
        .from(sites)
        .where(sql`${sites.id} = app.site_id()`),
      db
        .select({ order: orders, tierName: tiers.name })
        .from(orders)
        .innerJoin(tiers, tierOfOrder)
        .where(and(own, eq(orders.id, orderId))),
      db.select().from(orderEvents).where(ofOrder(orderEvents)).orderBy(asc(orderEvents.sequence)),
      db.select().from(allocations).where(ofOrder(allocations)),
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
        .where(ofOrder(releases))
        .orderBy(asc(releases.sequence)),
    ],
  );
  const [found] = orderRows;
  if (found === undefined) throw new DomainError('order.unknown');
  const [allocation] = allocationRows;
  return {
    ...presentOrder(found.order, found.tierName, siteRows[0]?.decimals ?? 0),
    events: events.map(presentEvent),
    allocation:
      allocation === undefined
        ? null
        : {
            id: allocation.id,
            token_base: allocation.totalBase.toString(),
            releases: releaseRows.map(({ release, txHash }) => presentRelease(release, txHash)),
          },
  };
}
