import { and, eq, isNull, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { buyerTierTotals, orders, payments, tiers } from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { databaseNow } from '../here.ts';
import type { Intent } from '../payment/intent.ts';
import type { OrderCase } from '../payment/load.ts';

/**
 * Ends an unpaid order and gives its units back.
 *
 * @param intentId the PaymentIntent that the provider says is cancelled; null when there is none.
 */
export function expiryStatements(db: Statements, { order }: OrderCase, intentId: string | null): BatchItem<'pg'>[] {
  const { siteId } = order;
  const cancelled =
    intentId === null
      ? []
      : [
          db
            .update(payments)
            .set({ state: 'canceled' })
            .where(and(eq(payments.siteId, siteId), eq(payments.intentId, intentId), eq(payments.state, 'open'))),
        ];
  return [
    db.execute(expectRows(expire(db, order), 'guard.changed')),
    ...cancelled,
    db.execute(expectRows(giveBackOfBuyer(db, order), 'guard.changed')),
    db.execute(expectRows(giveBackOfTier(db, order), 'guard.changed')),
  ];
}

type OrderRow = OrderCase['order'];

function expire(db: Statements, order: OrderRow) {
  return db
    .update(orders)
    .set({ status: 'expired', statusReason: 'unpaid', version: order.version + 1 })
    .where(stillPending(order))
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

/** Records a PaymentIntent that was made before but whose id was lost, while its order is still pending. */
export function recordStatements(db: Statements, { order }: OrderCase, intent: Intent, id: string): BatchItem<'pg'>[] {
  const { siteId, id: orderId, userId, amountMinor, currency } = order;
  const pending = db.select({ id: orders.id }).from(orders).where(stillPending(order)).for('update').getSQL();
  return [
    db.execute(expectRows(pending, 'guard.changed')),
    db.insert(payments).values({
      siteId,
      id,
      orderId,
      userId,
      provider: 'stripe',
      account: intent.account,
      intentId: intent.id,
      amountMinor,
      currency,
      state: 'open',
      createdAt: databaseNow,
    }),
  ];
}

function stillPending(order: OrderRow) {
  return and(
    eq(orders.siteId, order.siteId),
    eq(orders.id, order.id),
    eq(orders.status, 'pending'),
    eq(orders.version, order.version),
  );
}
