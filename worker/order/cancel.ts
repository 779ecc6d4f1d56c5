import { and, eq, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { DomainError } from '../../domain/error.ts';
import { decideCancel } from '../../domain/order/cancel.ts';
import { onAccount } from '../../domain/payment/connection.ts';
import { orders, payments, sites, tiers } from '../../drizzle/schema/index.ts';
import { decideAgain, expectRows, transact, type Statements } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { retrieveIntent } from '../payment/retrieve.ts';
import { paymentRefusal, stripeOf } from '../payment/stripe.ts';
import { presentOrder } from './present.ts';
import type { Order } from './shape.ts';

/**
 * Cancels an unpaid order of the visitor and gives its units back. A recorded PaymentIntent is cancelled at the
 * provider first; the units return only when the provider says that it is. Repeating it answers the cancelled order.
 *
 * @throws DomainError `auth.required`, `order.unknown`, what {@link decideCancel} refuses, `payment.unavailable`,
 * `payment.provider_failed`, `guard.changed` when the order changed meanwhile three times (after each of these three
 * nothing was released: ask again)
 */
export async function cancel(env: Env, who: Visitor, orderId: string): Promise<Order> {
  return decideAgain(3, async () => {
    const { order, payment, tierName, decimals } = await load(env, who, orderId);
    const intent = payment === null || order.status !== 'pending' ? null : await retrieveIntent(env, payment);
    let step = decideCancel({ status: order.status, intentStatus: intent?.status ?? null, isTried: false });
    if (step === 'cancel_intent' && payment !== null) {
      step = decideCancel({ status: order.status, intentStatus: await cancelIntent(env, payment), isTried: true });
    }
    if (step === 'release') {
      await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => releaseStatements(db, order, payment));
    }
    return presentOrder({ ...order, status: 'cancelled' }, tierName, decimals);
  });
}

type OrderRow = typeof orders.$inferSelect;
type PaymentRow = Pick<typeof payments.$inferSelect, 'id' | 'intentId' | 'account'>;

async function load(env: Env, who: Visitor, orderId: string) {
  const [, siteRows, orderRows, paymentRows] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    db
      .select({ decimals: sites.tokenDecimals })
      .from(sites)
      .where(sql`${sites.id} = app.site_id()`),
    db
      .select({ order: orders, tierName: tiers.name })
      .from(orders)
      .innerJoin(tiers, and(eq(tiers.siteId, orders.siteId), eq(tiers.id, orders.tierId)))
      .where(and(sql`${orders.siteId} = app.site_id() and ${orders.userId} = app.user_id()`, eq(orders.id, orderId))),
    db
      .select({ id: payments.id, intentId: payments.intentId, account: payments.account })
      .from(payments)
      .where(
        and(sql`${payments.siteId} = app.site_id()`, eq(payments.orderId, orderId), sql`${payments.state} = 'open'`),
      ),
  ]);
  const [found] = orderRows;
  if (found === undefined) throw new DomainError('order.unknown');
  return { ...found, payment: paymentRows[0] ?? null, decimals: siteRows[0]?.decimals ?? 0 };
}

/** @returns what the PaymentIntent is after the provider was asked to cancel it */
async function cancelIntent(env: Env, payment: PaymentRow): Promise<string> {
  try {
    return (await stripeOf(env).paymentIntents.cancel(payment.intentId, {}, onAccount(payment.account))).status;
  } catch (error) {
    const refusal = paymentRefusal(error);
    // Paid or cancelled in the meantime: what it is now decides, not what we wanted.
    if (refusal.code === 'payment.provider_failed') return (await retrieveIntent(env, payment)).status;
    throw refusal;
  }
}

/**
 * Ends the order if it still is as it was read. The order is locked by a statement of its own, so that a payment which was
 * being recorded meanwhile is seen by the next one. The trigger on its status returns promo use and place of the address.
 */
function releaseStatements(db: Statements, order: OrderRow, payment: PaymentRow | null): BatchItem<'pg'>[] {
  const isCancelled = payment === null ? sql`false` : sql`p.id = ${payment.id}`;
  const ofTier = sql`site_id = app.site_id() and tier_id = ${order.tierId}`;
  return [
    db.execute(sql`select from orders where site_id = app.site_id() and id = ${order.id} for update`),
    db.execute(
      expectRows(
        sql`update orders set status = 'cancelled', status_reason = 'buyer', version = version + 1
          where site_id = app.site_id() and id = ${order.id} and status = 'pending' and version = ${order.version}
            and not exists (select from payments p where p.site_id = app.site_id() and p.order_id = ${order.id}
              and p.state = 'open' and not ${isCancelled}) returning 1`,
        'guard.changed',
      ),
    ),
    ...(payment === null
      ? []
      : [
          db.execute(
            expectRows(
              sql`update payments set state = 'canceled'
                where site_id = app.site_id() and id = ${payment.id} and state = 'open' returning 1`,
              'guard.changed',
            ),
          ),
        ]),
    db.execute(
      expectRows(
        sql`update buyer_tier_totals set held_units = held_units - ${order.quantity}
          where ${ofTier} and user_id = app.user_id() returning 1`,
        'guard.changed',
      ),
    ),
    db.execute(
      expectRows(
        sql`update tiers set held_units = held_units - ${order.quantity}
          where site_id = app.site_id() and id = ${order.tierId} returning 1`,
        'guard.changed',
      ),
    ),
  ];
}
