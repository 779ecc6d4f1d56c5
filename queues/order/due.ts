import { and, eq, isNotNull, lte, notExists, sql } from 'drizzle-orm';
import { disputes, orders } from '../../drizzle/schema/index.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { databaseNow } from '../here.ts';

/** An unpaid order whose hold is over. */
export const isOverdue = () => and(eq(orders.status, 'pending'), lte(orders.expiresAt, databaseNow));

/** An order under review on which an operator has decided. */
export const isDecided = () => and(eq(orders.status, 'review'), isNotNull(orders.reviewWish));

/** A frozen order whose warning an operator has cleared, and that no dispute freezes: nobody has told the consumer of it. */
export const isCleared = (db: Statements) =>
  and(
    eq(orders.frozen, true),
    sql`${orders.warningClearedAt} >= ${orders.warnedAt}`,
    notExists(
      db
        .select({ one: sql`1` })
        .from(disputes)
        .where(and(eq(disputes.siteId, orders.siteId), eq(disputes.orderId, orders.id), eq(disputes.isOpen, true))),
    ),
  );

/** An order of whose commissions the hold of one at least is over. */
export const hasReadyCommission = () =>
  and(eq(orders.status, 'paid'), eq(orders.frozen, false), lte(orders.commissionsHeldUntil, databaseNow));
