import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { bytes } from './bytes.ts';
import { base, id, instant, minor, siteId } from './column.ts';
import { commissionPlans } from './plan.ts';
import { promoCodes, tierPromotions } from './promotion.ts';
import { tiers } from './sale.ts';
import { vestingPolicies } from './vesting.ts';
import { siteSettings } from './site.ts';
import { users, wallets } from './user.ts';

const orderStatus = () => text({ enum: ['pending', 'paid', 'cancelled', 'expired', 'review', 'refunded'] });

/** Units of a tier that somebody wants; every amount was computed by the server when it was placed. */
export const orders = pgTable(
  'orders',
  {
    siteId: siteId(),
    id: id(),
    userId: uuid().notNull(),
    tierId: uuid().notNull(),
    tierVersion: integer().notNull(),
    quantity: integer().notNull(),
    unitPriceMinor: minor().notNull(),
    discountMinor: minor().notNull(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    tokenBase: base().notNull(),
    walletId: uuid().notNull(),
    walletAddress: text().notNull(),
    termsVersion: text().notNull(),
    settingsVersion: integer().notNull(),
    /** The commission plan and vesting policy in force when the order was placed. */
    planId: uuid(),
    vestingPolicyId: uuid().notNull(),
    referralCode: text(),
    referralReason: text(),
    status: orderStatus().notNull(),
    statusReason: text(),
    frozen: boolean().notNull().default(false),
    version: integer().notNull().default(1),
    createdAt: instant().notNull(),
    expiresAt: instant().notNull(),
    paidAt: instant(),
    promotionId: uuid(),
    promoCodeId: uuid(),
    /** The part of `tokenBase` that promotion and code added. */
    bonusBase: base()
      .notNull()
      .default(sql`0`),
    /** When the hold got its one extension. */
    extendedAt: instant(),
    /** Keyed hash of the client address it was placed from. */
    addressHash: bytes(),
    /** When the provider warned of fraud, and when an operator cleared it. */
    warnedAt: instant(),
    warningClearedAt: instant(),
    /** What an operator made of the review; the consumer does it. */
    reviewWish: text({ enum: ['accept', 'return'] }),
    /** What refunds and lost disputes took of the money, all told. */
    reversedMinor: minor()
      .notNull()
      .default(sql`0`),
    /** When the next hold of its commissions ends; null when none is held. */
    commissionsHeldUntil: instant(),
    /** When an operator put the units of a refunded order up for sale again. */
    restockedAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    foreignKey({ columns: [t.siteId, t.userId], foreignColumns: [users.siteId, users.id], name: 'orders_user' }),
    foreignKey({ columns: [t.siteId, t.tierId], foreignColumns: [tiers.siteId, tiers.id], name: 'orders_tier' }),
    foreignKey({
      columns: [t.siteId, t.walletId],
      foreignColumns: [wallets.siteId, wallets.id],
      name: 'orders_wallet',
    }),
    foreignKey({
      columns: [t.siteId, t.settingsVersion],
      foreignColumns: [siteSettings.siteId, siteSettings.version],
      name: 'orders_settings',
    }),
    foreignKey({
      columns: [t.siteId, t.planId],
      foreignColumns: [commissionPlans.siteId, commissionPlans.id],
      name: 'orders_plan',
    }),
    foreignKey({
      columns: [t.siteId, t.vestingPolicyId],
      foreignColumns: [vestingPolicies.siteId, vestingPolicies.id],
      name: 'orders_vesting',
    }),
    foreignKey({
      columns: [t.siteId, t.promotionId],
      foreignColumns: [tierPromotions.siteId, tierPromotions.id],
      name: 'orders_promotion',
    }),
    foreignKey({
      columns: [t.siteId, t.promoCodeId],
      foreignColumns: [promoCodes.siteId, promoCodes.id],
      name: 'orders_promo_code',
    }),
    uniqueIndex('orders_one_unpaid')
      .on(t.siteId, t.userId, t.tierId)
      .where(sql`${t.status} = 'pending'`),
    index('orders_by_user').on(t.siteId, t.userId, t.createdAt),
    index('orders_by_status').on(t.siteId, t.status, t.id),
    index('orders_due')
      .on(t.status, t.expiresAt)
      .where(sql`${t.status} = 'pending'`),
    check('orders_status', sql`${t.status} in ('pending', 'paid', 'cancelled', 'expired', 'review', 'refunded')`),
    check('orders_quantity', sql`${t.quantity} > 0`),
    check(
      'orders_amount',
      sql`${t.amountMinor} >= 0 and ${t.discountMinor} >= 0 and ${t.amountMinor} = ${t.unitPriceMinor} * ${t.quantity} - ${t.discountMinor}`,
    ),
    check('orders_tokens', sql`${t.tokenBase} > 0`),
    check('orders_paid_at', sql`${t.status} <> 'paid' or ${t.paidAt} is not null`),
    index('orders_reviewed')
      .on(t.status, t.reviewWish)
      .where(sql`${t.status} = 'review'`),
    index('orders_cleared')
      .on(t.siteId)
      .where(sql`${t.frozen} and ${t.warningClearedAt} >= ${t.warnedAt}`),
    index('orders_commissions_held')
      .on(t.siteId, t.commissionsHeldUntil)
      .where(sql`${t.status} = 'paid' and ${t.commissionsHeldUntil} is not null`),
    check('orders_bonus', sql`${t.bonusBase} >= 0 and ${t.bonusBase} < ${t.tokenBase}`),
    check('orders_review_wish', sql`${t.reviewWish} in ('accept', 'return')`),
    check('orders_reversed', sql`${t.reversedMinor} >= 0`),
    check('orders_restocked', sql`${t.restockedAt} is null or (${t.status} = 'refunded' and ${t.paidAt} is not null)`),
  ],
);

/** The chain of referrers above the buyer, copied when the order was placed; commissions follow this copy. */
export const orderReferrals = pgTable(
  'order_referrals',
  {
    siteId: siteId(),
    orderId: uuid().notNull(),
    level: integer().notNull(),
    agentId: uuid().notNull(),
    active: boolean().notNull(),
    directSalesMinor: minor().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.orderId, t.level] }),
    unique('order_referrals_agent').on(t.siteId, t.orderId, t.agentId),
    foreignKey({
      columns: [t.siteId, t.orderId],
      foreignColumns: [orders.siteId, orders.id],
      name: 'order_referrals_order',
    }),
    foreignKey({
      columns: [t.siteId, t.agentId],
      foreignColumns: [users.siteId, users.id],
      name: 'order_referrals_user',
    }),
  ],
);

/** One row a state an order entered; written by a trigger, so the last one always is the order's state. */
export const orderEvents = pgTable(
  'order_events',
  {
    siteId: siteId(),
    orderId: uuid().notNull(),
    sequence: integer().notNull(),
    userId: uuid().notNull(),
    status: orderStatus().notNull(),
    reason: text(),
    actor: text().notNull(),
    at: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.orderId, t.sequence] }),
    foreignKey({
      columns: [t.siteId, t.orderId],
      foreignColumns: [orders.siteId, orders.id],
      name: 'order_events_order',
    }),
  ],
);

/** The provider's PaymentIntent of an order, recorded before anybody is shown its secret. */
export const payments = pgTable(
  'payments',
  {
    siteId: siteId(),
    id: id(),
    orderId: uuid().notNull(),
    userId: uuid().notNull(),
    provider: text({ enum: ['stripe'] }).notNull(),
    account: text(),
    intentId: text().notNull(),
    amountMinor: minor().notNull(),
    currency: text().notNull(),
    state: text({ enum: ['open', 'applied', 'canceled', 'review', 'surplus'] }).notNull(),
    createdAt: instant().notNull(),
    appliedAt: instant(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.id] }),
    unique('payments_intent').on(t.siteId, t.provider, t.intentId),
    uniqueIndex('payments_one_applied')
      .on(t.siteId, t.orderId)
      .where(sql`${t.state} = 'applied'`),
    uniqueIndex('payments_one_open')
      .on(t.siteId, t.orderId)
      .where(sql`${t.state} = 'open'`),
    foreignKey({ columns: [t.siteId, t.orderId], foreignColumns: [orders.siteId, orders.id], name: 'payments_order' }),
    check('payments_state', sql`${t.state} in ('open', 'applied', 'canceled', 'review', 'surplus')`),
    check('payments_applied_at', sql`(${t.state} = 'applied') = (${t.appliedAt} is not null)`),
  ],
);

/** What a client's Idempotency-Key stood for: the body's hash and the object made; the answer is rebuilt. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    siteId: siteId(),
    userId: uuid().notNull(),
    key: text().notNull(),
    bodyHash: bytes().notNull(),
    objectId: uuid().notNull(),
    createdAt: instant().notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.siteId, t.userId, t.key] }),
    foreignKey({
      columns: [t.siteId, t.userId],
      foreignColumns: [users.siteId, users.id],
      name: 'idempotency_keys_user',
    }),
    index('idempotency_keys_by_age').on(t.siteId, t.createdAt),
  ],
);
