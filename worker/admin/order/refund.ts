import { and, eq, sql } from 'drizzle-orm';
import { DomainError } from '../../../domain/error.ts';
import { isCaptured } from '../../../domain/payment/state.ts';
import { decideRefundRequest } from '../../../domain/refund/request.ts';
import { disputes, orders, payments, refunds } from '../../../drizzle/schema/index.ts';
import { decideAgain, transact } from '../../../drizzle/transaction.ts';
import { operatorDatabase } from '../../database.ts';
import type { Env } from '../../env.ts';
import { entryOf, type Visitor } from '../../http/visitor.ts';
import { nudge } from '../../nudge.ts';
import { auditOnce, isRepeated, onceId, selectOnce, type Wish } from '../once.ts';
import { presentRefund } from './present.ts';
import type { AdminRefund, RefundBody } from './shape.ts';

interface Asked {
  readonly site: string;
  readonly orderId: string;
  readonly key: string;
  readonly body: RefundBody;
}

/**
 * Asks for a refund of one of an order's payments: all that is left of it, or a part. The consumer makes it at the provider; a
 * nudge that is lost is found by the sweep `refunds.submit`.
 *
 * @returns `repeated` when the same key asked for the same before
 * @throws DomainError `auth.required`, `auth.forbidden`, `request.not_found`, `order.unknown`, `payment.unknown`,
 * `idempotency.mismatch`, what {@link decideRefundRequest} refuses
 */
export async function requestRefund(
  env: Env,
  who: Visitor,
  { site, orderId, key, body }: Asked,
): Promise<{ refund: AdminRefund; repeated: boolean }> {
  const of = body.payment_id === undefined ? {} : { payment_id: body.payment_id };
  const said = { amount_minor: body.amount_minor ?? null, reason: body.reason, ...of };
  const wish: Wish = { action: 'order.refund', subjectType: 'order', subjectId: orderId, said };
  const id = await onceId(site, wish, key);
  const result = await decideAgain(3, async () => {
    const { entered, payment, money, made, done } = await load(env, who, {
      site,
      orderId,
      id,
      paymentId: body.payment_id,
    });
    if (isRepeated(wish, done, entered.userId) && made !== undefined) return { refund: made, repeated: true };
    if (payment === undefined) throw new DomainError('payment.state');
    const amountMinor = body.amount_minor === undefined ? null : BigInt(body.amount_minor);
    const refund = {
      id,
      siteId: payment.siteId,
      orderId,
      paymentId: payment.id,
      userId: payment.userId,
      amountMinor: decideRefundRequest({ payment, money, amountMinor }),
      currency: payment.currency,
      state: 'requested' as const,
      reason: body.reason,
      requestedBy: entered.userId,
      createdAt: entered.now,
      checkedAt: entered.now,
    };
    await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
      db.insert(refunds).values(refund),
      auditOnce(db, who, id, wish, { payment_id: payment.id, amount_minor: refund.amountMinor.toString() }),
    ]);
    return { refund: { ...refund, settledAt: null, providerId: null, providerStatus: null }, repeated: false };
  });
  // Whoever got no answer the first time may have been cut off before the nudge.
  if (result.refund.state === 'requested') await nudge(env.PAYMENTS, site, 'refund', [id]);
  return { refund: presentRefund(result.refund), repeated: result.repeated };
}

interface Sought {
  readonly site: string;
  readonly orderId: string;
  readonly id: string;
  readonly paymentId: string | undefined;
}

async function load(env: Env, who: Visitor, { site, orderId, id, paymentId }: Sought) {
  const ofOrder = (table: typeof payments | typeof refunds | typeof disputes) =>
    and(sql`${table.siteId} = app.site_id()`, eq(table.orderId, orderId));
  const [entered, orderRows, paymentRows, refundRows, disputeRows, [done]] = await transact(
    operatorDatabase(env),
    entryOf(who, 'manager', site),
    (db) => [
      db
        .select({ id: orders.id })
        .from(orders)
        .where(and(sql`${orders.siteId} = app.site_id()`, eq(orders.id, orderId))),
      db.select().from(payments).where(ofOrder(payments)),
      db.select().from(refunds).where(ofOrder(refunds)),
      db.select().from(disputes).where(ofOrder(disputes)),
      selectOnce(db, id),
    ],
  );
  if (orderRows.length === 0) throw new DomainError('order.unknown');
  // A second payment of the order goes back by itself: where none is named, the one that paid for it is meant.
  const payment =
    paymentId === undefined
      ? (paymentRows.find(({ state }) => state === 'applied' || state === 'review') ??
        paymentRows.find(({ state }) => isCaptured(state)))
      : paymentRows.find((row) => row.id === paymentId);
  if (paymentId !== undefined && payment === undefined) throw new DomainError('payment.unknown');
  const ofPayment = ({ paymentId }: { paymentId: string }) => paymentId === payment?.id;
  return {
    entered,
    payment,
    money: {
      capturedMinor: payment?.amountMinor ?? 0n,
      refunds: refundRows.filter(ofPayment),
      disputes: disputeRows.filter(ofPayment),
    },
    made: refundRows.find((row) => row.id === id),
    done,
  };
}
