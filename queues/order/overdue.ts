import { and, eq, lte, sql } from 'drizzle-orm';
import { orders } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { databaseNow, here } from '../here.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX } from '../sweep/rows.ts';

/** An unpaid order whose hold is over. */
export const isOverdue = and(eq(orders.status, 'pending'), lte(orders.expiresAt, databaseNow));

/** The site's overdue orders. In random order, so that those that must still wait never hide the others. */
export async function overdueOrders(ports: Ports, site: string): Promise<string[]> {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select({ id: orders.id })
      .from(orders)
      .where(and(eq(orders.siteId, here), isOverdue))
      .orderBy(sql`random()`)
      .limit(SWEEP_ROWS_MAX),
  ]);
  return rows.map(({ id }) => id);
}
