import { and, eq, sql } from 'drizzle-orm';
import { DomainError } from '../../../domain/error.ts';
import type { ReviewWish } from '../../../domain/order/resolve.ts';
import { orders } from '../../../drizzle/schema/index.ts';
import { decideAgain, expectRows, transact } from '../../../drizzle/transaction.ts';
import { audit } from '../../audit.ts';
import { operatorDatabase } from '../../database.ts';
import type { Env } from '../../env.ts';
import { entryOf, type Visitor } from '../../http/visitor.ts';
import { nudge } from '../../nudge.ts';
import type { ReviewBody, ReviewDecision } from './shape.ts';

/**
 * Writes down what an operator makes of an order under review: it gets its tokens, or its money goes back. The consumer
 * does it, or leaves the order under review where that cannot be. Deciding the same again changes nothing.
 *
 * @throws DomainError `auth.required`, `auth.forbidden`, `request.not_found`, `order.unknown`, `order.state`
 */
export async function decideReview(
  env: Env,
  who: Visitor,
  { site, orderId, body }: { site: string; orderId: string; body: ReviewBody },
): Promise<ReviewDecision> {
  await decideAgain(3, async () => {
    const [, [order]] = await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
      db
        .select({ status: orders.status, wish: orders.reviewWish })
        .from(orders)
        .where(and(sql`${orders.siteId} = app.site_id()`, eq(orders.id, orderId))),
    ]);
    if (order === undefined) throw new DomainError('order.unknown');
    if (order.status !== 'review') throw new DomainError('order.state');
    if (order.wish !== body.decision) await commit(env, who, { site, orderId, body, before: order.wish });
  });
  await nudge(env.PAYMENTS, site, 'review', [orderId]);
  return { id: orderId, decision: body.decision };
}

interface Change {
  readonly site: string;
  readonly orderId: string;
  readonly body: ReviewBody;
  readonly before: ReviewWish | null;
}

async function commit(env: Env, who: Visitor, { site, orderId, body, before }: Change): Promise<void> {
  await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
    db.execute(
      expectRows(
        sql`update orders set review_wish = ${body.decision}
          where site_id = app.site_id() and id = ${orderId} and status = 'review'
            and review_wish is not distinct from ${before} returning 1`,
        'guard.changed',
      ),
    ),
    audit(db, who, {
      action: 'order.review',
      subjectType: 'order',
      subjectId: orderId,
      before: { decision: before },
      after: { decision: body.decision, reason: body.reason },
    }),
  ]);
}
