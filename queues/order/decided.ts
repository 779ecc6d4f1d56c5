import { and, eq, isNotNull, sql } from 'drizzle-orm';
import { orders } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX } from '../sweep/rows.ts';

/** An order under review on which an operator has decided. */
export const isDecided = and(eq(orders.status, 'review'), isNotNull(orders.reviewWish));

/** The site's decided orders. In random order, so that those that cannot be accepted yet never hide the others. */
export async function decidedOrders(ports: Ports, site: string): Promise<string[]> {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select({ id: orders.id })
      .from(orders)
      .where(and(eq(orders.siteId, here), isDecided))
      .orderBy(sql`random()`)
      .limit(SWEEP_ROWS_MAX),
  ]);
  return rows.map(({ id }) => id);
}
