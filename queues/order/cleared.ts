import { and, eq, notExists, sql } from 'drizzle-orm';
import { disputes, orders } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX } from '../sweep/rows.ts';

/** A frozen order whose warning an operator has cleared, and that no dispute freezes. */
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

/** The site's orders that nothing freezes any more, and that nobody has told the consumer of. */
export async function clearedOrders(ports: Ports, site: string): Promise<string[]> {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select({ id: orders.id })
      .from(orders)
      .where(and(eq(orders.siteId, here), isCleared(db)))
      .orderBy(sql`random()`)
      .limit(SWEEP_ROWS_MAX),
  ]);
  return rows.map(({ id }) => id);
}
