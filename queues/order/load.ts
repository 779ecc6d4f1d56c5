import { and, asc, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { GrantTerms } from '../../domain/order/grant.ts';
import { parseSettings } from '../../domain/site/settings.ts';
import {
  buyerTierTotals,
  commissionLevels,
  commissionPlans,
  orderReferrals,
  orders,
  payments,
  promoCodes,
  promoRedemptions,
  referrals,
  sitePaymentAccounts,
  sites,
  siteSettings,
  tiers,
  vestingPolicies,
} from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Database, Entry, Statements } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';

/** All that is read before an order is settled or expired. */
export type OrderCase = NonNullable<Awaited<ReturnType<typeof loadOrder>>['found']>;

/** Which order is meant: that of a PaymentIntent where it is recorded, else the one named, if any is. */
export interface OrderName {
  readonly orderId: string | null;
  readonly intentId?: string;
}

/**
 * Reads an order with the terms it was placed under, its payments and its copied chain, in one transaction.
 *
 * @returns `found` null when the entered site has no such order.
 * @throws DomainError `webhook.unmapped` when the entry leads to no site.
 */
export async function loadOrder(database: Database, entry: Entry, name: OrderName) {
  const meant = meantOrder(name);
  const [entered, rows, paymentRows, chain, levels] = await transact(database, entry, (db) => [
    selectOrder(db, meant),
    db
      .select()
      .from(payments)
      .where(and(eq(payments.siteId, here), eq(payments.orderId, meant)))
      .orderBy(asc(payments.createdAt)),
    selectChain(db, meant),
    db
      .select({
        level: commissionLevels.level,
        rateBasisPoints: commissionLevels.rateBasisPoints,
        holdDays: commissionLevels.holdDays,
        minimumSalesMinor: commissionLevels.minimumSalesMinor,
      })
      .from(commissionLevels)
      .innerJoin(orders, and(eq(orders.siteId, commissionLevels.siteId), eq(orders.planId, commissionLevels.planId)))
      .where(and(eq(orders.siteId, here), eq(orders.id, meant)))
      .orderBy(asc(commissionLevels.level)),
  ]);
  const row = rows[0];
  return { entered, found: row === undefined ? null : { ...row, payments: paymentRows, chain, levels } };
}

/** What we wrote down of a PaymentIntent stands above its metadata, which a tenant may rewrite on an account of its own. */
function meantOrder({ orderId, intentId }: OrderName): SQL {
  const named = sql`${orderId}::uuid`;
  return intentId === undefined
    ? named
    : sql`coalesce((select p.order_id from ${payments} p
        where p.site_id = ${here} and p.provider = 'stripe' and p.intent_id = ${intentId}), ${named})`;
}

/** The terms an order was placed under, as domain/order/grant.ts wants them. */
export function grantTerms(found: OrderCase, now: Date, newId: () => string): GrantTerms {
  const { order, plan, policy, chain, levels } = found;
  return {
    order: { ...order, referrerBound: found.referrerId !== null },
    chain: chain.map(({ agentStatus, ...person }) => ({
      ...person,
      suspendedAtSettlement: agentStatus === 'suspended',
    })),
    plan: plan === null ? null : { ...plan, levels },
    policy,
    settings: parseSettings(found.settings),
    now,
    newId,
  };
}

/** Whether the order's promo code could be used once more; an order without one has no need to. */
const promoHasUse = sql<boolean>`(${orders.promoCodeId} is null or exists (
  select from ${promoCodes} c where c.site_id = ${orders.siteId} and c.id = ${orders.promoCodeId}
    and c.used_count < coalesce(c.max_uses, c.used_count + 1)
    and (c.max_uses_per_buyer is null or c.max_uses_per_buyer > (
      select count(*) from ${promoRedemptions} r where r.site_id = c.site_id and r.promo_code_id = c.id
        and r.user_id = ${orders.userId} and r.order_id <> ${orders.id} and r.returned_at is null))))`;

function selectOrder(db: Statements, meant: SQL) {
  return db
    .select({
      order: orders,
      siteCode: sites.code,
      settings: siteSettings.settings,
      policy: vestingPolicies,
      plan: commissionPlans,
      /** The connected account the site takes money on now; null for the platform's own. */
      account: sitePaymentAccounts.account,
      referrerId: referrals.referrerId,
      tier: tiers,
      /** What the buyer holds or has bought of the tier, this order with it while it stands. */
      buyerUnits: sql<number>`coalesce(${buyerTierTotals.heldUnits} + ${buyerTierTotals.soldUnits}, 0)`.mapWith(Number),
      promoHasUse,
    })
    .from(orders)
    .innerJoin(sites, eq(sites.id, orders.siteId))
    .innerJoin(
      siteSettings,
      and(eq(siteSettings.siteId, orders.siteId), eq(siteSettings.version, orders.settingsVersion)),
    )
    .innerJoin(
      vestingPolicies,
      and(eq(vestingPolicies.siteId, orders.siteId), eq(vestingPolicies.id, orders.vestingPolicyId)),
    )
    .leftJoin(commissionPlans, and(eq(commissionPlans.siteId, orders.siteId), eq(commissionPlans.id, orders.planId)))
    .leftJoin(
      sitePaymentAccounts,
      and(
        eq(sitePaymentAccounts.siteId, orders.siteId),
        eq(sitePaymentAccounts.provider, 'stripe'),
        eq(sitePaymentAccounts.active, true),
      ),
    )
    .leftJoin(referrals, and(eq(referrals.siteId, orders.siteId), eq(referrals.userId, orders.userId)))
    .innerJoin(tiers, and(eq(tiers.siteId, orders.siteId), eq(tiers.id, orders.tierId)))
    .leftJoin(
      buyerTierTotals,
      and(
        eq(buyerTierTotals.siteId, orders.siteId),
        eq(buyerTierTotals.userId, orders.userId),
        eq(buyerTierTotals.tierId, orders.tierId),
      ),
    )
    .where(and(eq(orders.siteId, here), eq(orders.id, meant)))
    .limit(1);
}

function selectChain(db: Statements, meant: SQL) {
  return db
    .select({
      level: orderReferrals.level,
      agentId: orderReferrals.agentId,
      active: orderReferrals.active,
      directSalesMinor: orderReferrals.directSalesMinor,
      agentStatus: referrals.agentStatus,
    })
    .from(orderReferrals)
    .leftJoin(referrals, and(eq(referrals.siteId, orderReferrals.siteId), eq(referrals.userId, orderReferrals.agentId)))
    .where(and(eq(orderReferrals.siteId, here), eq(orderReferrals.orderId, meant)))
    .orderBy(asc(orderReferrals.level));
}
