import { and, eq, sql } from 'drizzle-orm';
import { DomainError } from '../../../domain/error.ts';
import { orders } from '../../../drizzle/schema/index.ts';
import { decideAgain, expectRows, transact } from '../../../drizzle/transaction.ts';
import { audit } from '../../audit.ts';
import { operatorDatabase } from '../../database.ts';
import type { Env } from '../../env.ts';
import { entryOf, type Visitor } from '../../http/visitor.ts';
import { nudge } from '../../nudge.ts';
import type { ClearWarningBody, ClearedWarning } from './shape.ts';

interface Asked {
  readonly site: string;
  readonly orderId: string;
  readonly body: ClearWarningBody;
}

/**
 * Notes that an operator has looked at a fraud warning: it freezes its order no more. The operator names the warning that
 * was shown, so that one nobody has seen is never cleared with it. Repeating it tells the consumer once more.
 *
 * @throws DomainError `auth.required`, `auth.forbidden`, `request.not_found`, `order.unknown`, `order.state` when the order
 * has no such warning, or a newer one
 */
export async function clearWarning(env: Env, who: Visitor, asked: Asked): Promise<ClearedWarning> {
  const clearedAt = await decideAgain(3, async () => {
    const { warnedAt, warningClearedAt } = await load(env, who, asked);
    if (warnedAt?.toISOString() !== asked.body.warned_at) throw new DomainError('order.state');
    return warningClearedAt !== null && warningClearedAt >= warnedAt
      ? warningClearedAt
      : commit(env, who, asked, warnedAt);
  });
  await nudge(env.PAYMENTS, asked.site, 'order', [asked.orderId]);
  return { id: asked.orderId, warning_cleared_at: clearedAt.toISOString() };
}

async function load(env: Env, who: Visitor, { site, orderId }: Asked) {
  const [, [order]] = await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
    db
      .select({ warnedAt: orders.warnedAt, warningClearedAt: orders.warningClearedAt })
      .from(orders)
      .where(and(sql`${orders.siteId} = app.site_id()`, eq(orders.id, orderId))),
  ]);
  if (order === undefined) throw new DomainError('order.unknown');
  return order;
}

async function commit(env: Env, who: Visitor, { site, orderId, body }: Asked, warnedAt: Date): Promise<Date> {
  const [entered] = await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
    db.execute(
      expectRows(
        sql`update orders set warning_cleared_at = app.now() where site_id = app.site_id() and id = ${orderId}
          and warned_at = ${warnedAt} and coalesce(warning_cleared_at < warned_at, true) returning 1`,
        'guard.changed',
      ),
    ),
    audit(db, who, {
      ...{ action: 'order.clear_warning', subjectType: 'order', subjectId: orderId },
      ...{ before: { warned_at: body.warned_at }, after: { reason: body.reason } },
    }),
  ]);
  return entered.now;
}
