import { and, eq } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { orders } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { refreezeOrder } from '../reversal/refreeze.ts';
import { settleFreeOrder } from './free.ts';

/**
 * Looks after an order that a route has changed: one that costs nothing is settled, any other is frozen or freed as its
 * money and warnings now say.
 *
 * @throws DomainError `order.unknown`, `guard.changed` (retry), `database.unavailable` (retry).
 */
export async function attendOrder(ports: Ports, site: string, orderId: string): Promise<Outcome> {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select({ amountMinor: orders.amountMinor })
      .from(orders)
      .where(and(eq(orders.siteId, here), eq(orders.id, orderId))),
  ]);
  const order = rows[0];
  if (order === undefined) throw new DomainError('order.unknown');
  // An order's amount never changes, so what is read here still holds there.
  return order.amountMinor === 0n ? settleFreeOrder(ports, site, orderId) : refreezeOrder(ports, site, orderId);
}
