import { and, asc, desc, eq, lt, sql } from 'drizzle-orm';
import { DomainError } from '../../../domain/error.ts';
import { disputes, orderEvents, orders, payments, refunds, sites, tiers } from '../../../drizzle/schema/index.ts';
import { transact } from '../../../drizzle/transaction.ts';
import { readerDatabase } from '../../database.ts';
import type { Env } from '../../env.ts';
import { decodeCursor, pageOf } from '../../http/page.ts';
import { entryOf, type Visitor } from '../../http/visitor.ts';
import { presentEvent, presentOrder } from '../../order/present.ts';
import type { AdminOrder, AdminOrderDetail } from '../shape.ts';
import { presentDispute, presentPayment, presentRefund } from './present.ts';

type OrderRow = typeof orders.$inferSelect;

const ofSite = sql`${orders.siteId} = app.site_id()`;
const tierOfOrder = and(eq(tiers.siteId, orders.siteId), eq(tiers.id, orders.tierId));
const siteItself = sql`${sites.id} = app.site_id()`;

const present = (row: OrderRow, tierName: string, tokenDecimals: number): AdminOrder => ({
  ...presentOrder(row, tierName, tokenDecimals),
  buyer_id: row.userId,
});

/**
 * Orders of a site, of one status or of all, the newest first.
 *
 * @throws DomainError `request.not_found`, `auth.required`; `request.malformed` for a foreign cursor
 */
export async function readSiteOrders(
  env: Env,
  who: Visitor,
  site: string,
  { status, limit, cursor }: { status?: OrderRow['status'] | undefined; limit: number; cursor?: string | undefined },
): Promise<{ items: AdminOrder[]; next_cursor: string | null }> {
  const before = decodeCursor(cursor);
  const [, siteRows, rows] = await transact(readerDatabase(env), entryOf(who, 'support', site), (db) => [
    db.select({ decimals: sites.tokenDecimals }).from(sites).where(siteItself),
    db
      .select({ order: orders, tierName: tiers.name })
      .from(orders)
      .innerJoin(tiers, tierOfOrder)
      .where(
        and(
          ofSite,
          status === undefined ? undefined : eq(orders.status, status),
          before === undefined ? undefined : lt(orders.id, before),
        ),
      )
      .orderBy(desc(orders.id))
      .limit(limit + 1),
  ]);
  const decimals = siteRows[0]?.decimals ?? 0;
  return pageOf(
    rows.map(({ order, tierName }) => ({ ...order, tierName })),
    limit,
    (row) => present(row, row.tierName, decimals),
  );
}

/**
 * One order of a site with its events and its money.
 *
 * @throws DomainError `request.not_found`, `auth.required`; `order.unknown` for another site's order as for none
 */
export async function readSiteOrder(env: Env, who: Visitor, site: string, orderId: string): Promise<AdminOrderDetail> {
  const ofOrder = (table: typeof orderEvents | typeof payments | typeof refunds | typeof disputes) =>
    and(sql`${table.siteId} = app.site_id()`, eq(table.orderId, orderId));
  const [, siteRows, orderRows, events, paymentRows, refundRows, disputeRows] = await transact(
    readerDatabase(env),
    entryOf(who, 'support', site),
    (db) => [
      db.select({ decimals: sites.tokenDecimals }).from(sites).where(siteItself),
      db
        .select({ order: orders, tierName: tiers.name })
        .from(orders)
        .innerJoin(tiers, tierOfOrder)
        .where(and(ofSite, eq(orders.id, orderId))),
      db.select().from(orderEvents).where(ofOrder(orderEvents)).orderBy(asc(orderEvents.sequence)),
      db.select().from(payments).where(ofOrder(payments)).orderBy(asc(payments.createdAt)),
      db.select().from(refunds).where(ofOrder(refunds)).orderBy(asc(refunds.createdAt)),
      db.select().from(disputes).where(ofOrder(disputes)).orderBy(asc(disputes.openedAt)),
    ],
  );
  const [found] = orderRows;
  if (found === undefined) throw new DomainError('order.unknown');
  return {
    ...present(found.order, found.tierName, siteRows[0]?.decimals ?? 0),
    events: events.map(presentEvent),
    payments: paymentRows.map(presentPayment),
    refunds: refundRows.map(presentRefund),
    disputes: disputeRows.map(presentDispute),
    review_decision: found.order.reviewWish,
    warned_at: found.order.warnedAt?.toISOString() ?? null,
    warning_cleared_at: found.order.warningClearedAt?.toISOString() ?? null,
    restocked_at: found.order.restockedAt?.toISOString() ?? null,
  };
}
