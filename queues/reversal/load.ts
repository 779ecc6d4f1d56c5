import { and, asc, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import {
  allocations,
  commissionEntries,
  disputes,
  ledgerTransfers,
  orders,
  payments,
  refunds,
  releases,
  sites,
} from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Database, Entry } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';

/** An order with all its money, everything that takes from it, and everything that goes when money goes. */
export type MoneyCase = NonNullable<Awaited<ReturnType<typeof loadMoney>>['found']>;
export type PaymentRow = MoneyCase['payments'][number];
export type RefundRow = MoneyCase['refunds'][number];
export type DisputeRow = MoneyCase['disputes'][number];

/** What names the order: itself, or one of its PaymentIntents or refunds. */
export type MoneyOf = { readonly orderId: string } | { readonly intentId: string } | { readonly refundId: string };

/**
 * Reads an order's money in one transaction.
 *
 * @returns `found` null when the entered site has no such order.
 * @throws DomainError `webhook.unmapped` when the entry leads to no site.
 */
export async function loadMoney(database: Database, entry: Entry, of: MoneyOf) {
  const orderId = orderIdOf(of);
  const [entered, orderRows, paymentRows, refundRows, disputeRows, allocationRows, releaseRows, commissions] =
    await transact(database, entry, (db) => [
      db
        .select({ order: orders, siteCode: sites.code })
        .from(orders)
        .innerJoin(sites, eq(sites.id, orders.siteId))
        .where(and(eq(orders.siteId, here), eq(orders.id, orderId))),
      db
        .select()
        .from(payments)
        .where(and(eq(payments.siteId, here), eq(payments.orderId, orderId))),
      db
        .select()
        .from(refunds)
        .where(and(eq(refunds.siteId, here), eq(refunds.orderId, orderId))),
      db
        .select()
        .from(disputes)
        .where(and(eq(disputes.siteId, here), eq(disputes.orderId, orderId))),
      db
        .select()
        .from(allocations)
        .where(and(eq(allocations.siteId, here), eq(allocations.orderId, orderId))),
      db
        .select()
        .from(releases)
        .where(and(eq(releases.siteId, here), eq(releases.orderId, orderId)))
        .orderBy(asc(releases.sequence)),
      db
        .select({ entry: commissionEntries, readyTransfer: ledgerTransfers.id })
        .from(commissionEntries)
        .leftJoin(
          ledgerTransfers,
          and(
            eq(ledgerTransfers.siteId, commissionEntries.siteId),
            eq(ledgerTransfers.kind, 'commission_ready'),
            eq(ledgerTransfers.referenceType, 'commission_entry'),
            eq(ledgerTransfers.referenceId, commissionEntries.id),
          ),
        )
        .where(and(eq(commissionEntries.siteId, here), eq(commissionEntries.orderId, orderId)))
        .orderBy(asc(commissionEntries.level)),
    ]);
  const row = orderRows[0];
  if (row === undefined) return { entered, found: null };
  const found = {
    ...row,
    payments: paymentRows,
    refunds: refundRows,
    disputes: disputeRows,
    allocation: allocationRows[0] ?? null,
    releases: releaseRows,
    commissions,
  };
  return { entered, found };
}

function orderIdOf(of: MoneyOf): string | SQL<string> {
  if ('orderId' in of) return of.orderId;
  return 'intentId' in of
    ? sql<string>`(select p.order_id from payments p where p.site_id = ${here} and p.intent_id = ${of.intentId})`
    : sql<string>`(select r.order_id from refunds r where r.site_id = ${here} and r.id = ${of.refundId})`;
}
