import { and, eq, sql } from 'drizzle-orm';
import { DomainError } from '../../../domain/error.ts';
import { orders } from '../../../drizzle/schema/index.ts';
import { decideAgain, expectRows, transact } from '../../../drizzle/transaction.ts';
import { audit } from '../../audit.ts';
import { operatorDatabase } from '../../database.ts';
import type { Env } from '../../env.ts';
import { entryOf, type Visitor } from '../../http/visitor.ts';
import type { RestockBody, Restocked } from './shape.ts';

interface Asked {
  readonly site: string;
  readonly orderId: string;
  readonly body: RestockBody;
}

/**
 * Puts the units of a wholly refunded order on sale again: the database takes them off what the tier and the buyer have
 * (`app.follow_restock`). Nothing else does, whatever becomes of the money. Repeating it answers what it answered first.
 *
 * @throws DomainError `auth.required`, `auth.forbidden`, `request.not_found`, `order.unknown`, `order.state`
 */
export async function restock(env: Env, who: Visitor, asked: Asked): Promise<Restocked> {
  return decideAgain(3, async () => {
    const order = await load(env, who, asked);
    const restockedAt = order.restockedAt ?? (await commit(env, who, asked));
    return { id: asked.orderId, quantity: order.quantity, restocked_at: restockedAt.toISOString() };
  });
}

async function load(env: Env, who: Visitor, { site, orderId }: Asked) {
  const [, [order]] = await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
    db
      .select({
        ...{ status: orders.status, paidAt: orders.paidAt },
        ...{ quantity: orders.quantity, restockedAt: orders.restockedAt },
      })
      .from(orders)
      .where(and(sql`${orders.siteId} = app.site_id()`, eq(orders.id, orderId))),
  ]);
  if (order === undefined) throw new DomainError('order.unknown');
  // Money under review that went back never bought a unit.
  if (order.status !== 'refunded' || order.paidAt === null) throw new DomainError('order.state');
  return order;
}

/** @returns since when the units are on sale */
async function commit(env: Env, who: Visitor, { site, orderId, body }: Asked): Promise<Date> {
  const [entered] = await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
    db.execute(
      expectRows(
        sql`update orders set restocked_at = app.now()
          where site_id = app.site_id() and id = ${orderId} and restocked_at is null returning 1`,
        'guard.changed',
      ),
    ),
    audit(db, who, {
      action: 'order.restock',
      subjectType: 'order',
      subjectId: orderId,
      before: { restocked: false },
      after: { restocked: true, reason: body.reason },
    }),
  ]);
  return entered.now;
}
