import { and, eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { DomainError } from '../../domain/error.ts';
import { onAccount } from '../../domain/payment/connection.ts';
import { paymentIntentRequest } from '../../domain/payment/intent.ts';
import { parseSettings } from '../../domain/site/settings.ts';
import { purchaseRefusal } from '../../domain/user/eligibility.ts';
import { orders, payments, sitePaymentAccounts, sites, users } from '../../drizzle/schema/index.ts';
import { decideAgain, expectRows, transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { retrieveIntent } from '../payment/retrieve.ts';
import { paymentRefusal, stripeOf } from '../payment/stripe.ts';
import { selectSettings } from '../site/settings.ts';
import type { Payment } from './shape.ts';

/**
 * Makes the order's PaymentIntent, records its id, and only then answers with its secret: nobody ever holds a secret
 * that is not recorded. Repeating the call gives the same PaymentIntent.
 *
 * @throws DomainError `auth.required`, `order.unknown`, what {@link purchaseRefusal} says, `order.state`,
 * `order.expired`, `payment.unavailable`, `payment.provider_failed` when the provider refuses or gives no secret
 * @throws ConflictError, told as `guard.changed`, when another call recorded a PaymentIntent each of three times
 */
export async function pay(env: Env, who: Visitor, orderId: string): Promise<Payment> {
  return decideAgain(3, async () => {
    const { order, payment, account, siteCode, settings, person, now } = await load(env, who, orderId);
    // Whoever may no longer buy pays for nothing either, and nobody pays from where this is not sold.
    const refusal = purchaseRefusal({ settings, country: who.country, person });
    if (refusal !== null) throw new DomainError(refusal);
    // What costs nothing is paid by having been placed.
    if (order.status !== 'pending' || order.amountMinor === 0n) throw new DomainError('order.state');
    if (order.expiresAt <= now) throw new DomainError('order.expired');
    const intent =
      payment === undefined ? await create(env, { ...order, siteCode }, account) : await retrieveIntent(env, payment);
    if (payment === undefined) await record(env, who, { ...order, account, intentId: intent.id });
    // Canceled there by another hand, or by ours before the order could follow: nobody can pay it any more.
    if (intent.status === 'canceled') throw new DomainError('order.state');
    if (intent.client_secret === null) throw new DomainError('payment.provider_failed');
    return {
      provider: 'stripe',
      client_secret: intent.client_secret,
      publishable_key: env.STRIPE_PUBLISHABLE_KEY,
      account: payment === undefined ? account : payment.account,
      amount_minor: order.amountMinor.toString(),
      currency: order.currency,
    };
  });
}

type OrderRow = typeof orders.$inferSelect;

async function load(env: Env, who: Visitor, orderId: string) {
  const [entered, siteRows, orderRows, paymentRows, accountRows, userRows, settingRows] = await transact(
    buyerDatabase(env),
    entryOf(who, 'buyer'),
    (db) => [
      db
        .select({ code: sites.code })
        .from(sites)
        .where(sql`${sites.id} = app.site_id()`),
      db
        .select()
        .from(orders)
        .where(and(sql`${orders.siteId} = app.site_id() and ${orders.userId} = app.user_id()`, eq(orders.id, orderId))),
      db
        .select()
        .from(payments)
        .where(and(sql`${payments.siteId} = app.site_id()`, eq(payments.orderId, orderId))),
      db
        .select({ account: sitePaymentAccounts.account })
        .from(sitePaymentAccounts)
        .where(sql`${sitePaymentAccounts.siteId} = app.site_id() and ${sitePaymentAccounts.active}`),
      db
        .select({ status: users.status, kyc: users.kyc })
        .from(users)
        .where(sql`${users.siteId} = app.site_id() and ${users.id} = app.user_id()`),
      selectSettings(db),
    ],
  );
  const [order] = orderRows;
  const [site] = siteRows;
  const [person] = userRows;
  if (order === undefined || site === undefined || person === undefined) throw new DomainError('order.unknown');
  return {
    order,
    payment: paymentRows[0],
    account: accountRows[0]?.account ?? null,
    siteCode: site.code,
    settings: parseSettings(settingRows[0]?.settings),
    person,
    now: entered.now,
  };
}

async function create(env: Env, order: OrderRow & { siteCode: string }, account: string | null) {
  const { params, idempotencyKey } = paymentIntentRequest(order);
  try {
    return await stripeOf(env).paymentIntents.create(params, { ...onAccount(account), idempotencyKey });
  } catch (error) {
    throw paymentRefusal(error);
  }
}

/** Writes the PaymentIntent's id if the order still waits for money; otherwise nobody may ever pay it: it is cancelled. */
async function record(env: Env, who: Visitor, order: OrderRow & { account: string | null; intentId: string }) {
  const waiting = expectRows(
    sql`select from orders where site_id = app.site_id() and id = ${order.id} and status = 'pending'
      and expires_at > app.now() for update`,
    'order.state',
  );
  try {
    await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
      db.execute(waiting),
      db.insert(payments).values({
        siteId: order.siteId,
        id: uuidv7(),
        orderId: order.id,
        userId: order.userId,
        provider: 'stripe',
        account: order.account,
        intentId: order.intentId,
        amountMinor: order.amountMinor,
        currency: order.currency,
        state: 'open',
        createdAt: sql`app.now()`,
      }),
    ]);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'order.state') {
      await stripeOf(env)
        .paymentIntents.cancel(order.intentId, {}, onAccount(order.account))
        .catch((cause: unknown) => {
          throw paymentRefusal(cause);
        });
    }
    throw error;
  }
}
