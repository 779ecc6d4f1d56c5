import { and, eq, isNull, ne, notExists, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { buyerTierTotals, orders, payments, tiers } from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { orderAsRead } from '../as_read.ts';
import { databaseNow } from '../here.ts';
import type { OrderCase } from './load.ts';

/**
 * Ends an unpaid order and gives its units back. The order is locked by a statement of its own, so that a payment which
 * was being recorded meanwhile is seen by the next one: then the hold is not over.
 *
 * @param paymentId our row of the PaymentIntent that can no longer be paid; null when none was recorded.
 */
export function expiryStatements(db: Statements, { order }: OrderCase, paymentId: string | null): BatchItem<'pg'>[] {
  const { siteId } = order;
  const open = and(eq(payments.siteId, siteId), eq(payments.orderId, order.id), eq(payments.state, 'open'));
  const other = paymentId === null ? open : and(open, ne(payments.id, paymentId));
  const lock = db.select({ id: orders.id }).from(orders).where(stillPending(order)).for('update').getSQL();
  const cancelled =
    paymentId === null
      ? []
      : [
          db
            .update(payments)
            .set({ state: 'canceled' })
            .where(and(open, eq(payments.id, paymentId))),
        ];
  return [
    db.execute(expectRows(lock, 'guard.changed')),
    db.execute(expectRows(expire(db, order, other), 'guard.changed')),
    ...cancelled,
    db.execute(expectRows(giveBackOfBuyer(db, order), 'guard.changed')),
    db.execute(expectRows(giveBackOfTier(db, order), 'guard.changed')),
  ];
}

type OrderRow = OrderCase['order'];

function expire(db: Statements, order: OrderRow, otherPayment: SQL | undefined) {
  return db
    .update(orders)
    .set({ status: 'expired', statusReason: 'unpaid', version: order.version + 1 })
    .where(and(stillPending(order), notExists(db.select({ id: payments.id }).from(payments).where(otherPayment))))
    .returning({ id: orders.id })
    .getSQL();
}

function giveBackOfBuyer(db: Statements, order: OrderRow) {
  return db
    .update(buyerTierTotals)
    .set({ heldUnits: sql`${buyerTierTotals.heldUnits} - ${order.quantity}` })
    .where(
      and(
        eq(buyerTierTotals.siteId, order.siteId),
        eq(buyerTierTotals.userId, order.userId),
        eq(buyerTierTotals.tierId, order.tierId),
      ),
    )
    .returning({ tierId: buyerTierTotals.tierId })
    .getSQL();
}

function giveBackOfTier(db: Statements, order: OrderRow) {
  return db
    .update(tiers)
    .set({ heldUnits: sql`${tiers.heldUnits} - ${order.quantity}` })
    .where(and(eq(tiers.siteId, order.siteId), eq(tiers.id, order.tierId)))
    .returning({ id: tiers.id })
    .getSQL();
}

/** Lets an order hold its units for longer, once. */
export function extensionStatements(db: Statements, { order }: OrderCase, until: Date): BatchItem<'pg'>[] {
  const extended = db
    .update(orders)
    .set({ expiresAt: until, extendedAt: databaseNow })
    .where(and(stillPending(order), isNull(orders.extendedAt)))
    .returning({ id: orders.id });
  return [db.execute(expectRows(extended.getSQL(), 'guard.changed'))];
}

const stillPending = (order: OrderRow) => and(orderAsRead(order), eq(orders.status, 'pending'));
