import { and, eq } from 'drizzle-orm';
import { decideReadiness } from '../../domain/commission/ready.ts';
import type { Readiness } from '../../domain/commission/ready.ts';
import { DomainError } from '../../domain/error.ts';
import { orders } from '../../drizzle/schema/index.ts';
import { decideAgain, expectRows, transact } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { orderAsRead } from '../as_read.ts';
import { post } from '../ledger/post.ts';
import { accrualsOf } from '../reversal/consequence.ts';
import { loadMoney } from '../reversal/load.ts';
import type { MoneyCase } from '../reversal/load.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';

const ATTEMPTS = 5;

/**
 * Makes an order's commissions available whose hold is over. While the order is frozen they wait.
 *
 * @throws DomainError `order.unknown`, `guard.changed` (retry), `database.unavailable` (retry).
 */
export function makeCommissionsReady(ports: Ports, site: string, orderId: string): Promise<Outcome> {
  return decideAgain(ATTEMPTS, async () => {
    const { entered, found } = await loadMoney(ports.database, { site }, { orderId });
    if (found === null) throw new DomainError('order.unknown');
    const { status, frozen, commissionsHeldUntil } = found.order;
    if (status !== 'paid' || commissionsHeldUntil === null) return { outcome: 'repeated' };
    if (frozen) return { outcome: 'waiting', reason: 'order.frozen' };
    const readiness = decideReadiness(accrualsOf(found), entered.now);
    const { transfers } = readiness;
    await transact(ports.database, { site }, (db) => [
      db.execute(expectRows(endHold(db, found, readiness), 'guard.changed')),
      ...(transfers.length === 0 ? [] : [db.execute(post(transfers, ports.newId))]),
    ]);
    return { outcome: 'applied' };
  });
}

/** The order gets a new version: a reversal that was decided meanwhile would take from the wrong balance. */
function endHold(db: Statements, { order }: MoneyCase, { heldUntil }: Readiness) {
  return db
    .update(orders)
    .set({ commissionsHeldUntil: heldUntil, version: order.version + 1 })
    .where(and(orderAsRead(order), eq(orders.status, 'paid'), eq(orders.frozen, false)))
    .returning({ id: orders.id })
    .getSQL();
}
