import { and, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { Grant } from '../../domain/order/grant.ts';
import { earliest } from '../../domain/time.ts';
import {
  allocations,
  buyerTierTotals,
  commissionEntries,
  orders,
  referrals,
  releases,
  tiers,
} from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { orderAsRead } from '../as_read.ts';
import { post } from '../ledger/post.ts';
import type { OrderCase } from './load.ts';
import { bindReferrer, lockReferrals } from '../referral/bind.ts';

export interface GrantCommit {
  readonly found: OrderCase;
  readonly grant: Grant;
  /** The order holds its units no more: they come from the stock again. */
  readonly isLate: boolean;
  readonly now: Date;
  readonly newId: () => string;
}

/** Makes an order paid, as the first of the statements that do. */
export function payOrder(db: Statements, { found: { order }, grant, now }: GrantCommit): BatchItem<'pg'> {
  const paid = db
    .update(orders)
    .set({
      ...{ status: 'paid', statusReason: null, paidAt: now, version: order.version + 1 },
      commissionsHeldUntil: earliest(grant.commissions.map(({ readyAt }) => readyAt)),
    })
    .where(orderAsRead(order))
    .returning({ id: orders.id });
  return db.execute(expectRows(paid.getSQL(), 'guard.changed'));
}

/**
 * What a paid order brings, after {@link payOrder}. What everybody waits for comes last: the ledger's site accounts, then
 * the referral tree, then the tier, whose row is also taken by every order placed.
 */
export function grantStatements(db: Statements, commit: GrantCommit): BatchItem<'pg'>[] {
  const { grant, newId } = commit;
  return [
    db.execute(expectRows(sellToBuyer(db, commit), 'guard.changed')),
    ...allocationStatements(db, commit),
    ...commissionStatements(db, commit),
    db.execute(post(grant.transfers, newId)),
    ...referralStatements(db, commit),
    db.execute(expectRows(sellOfTier(db, commit), 'guard.changed')),
  ];
}

function sellToBuyer(db: Statements, { found: { order, tier }, isLate }: GrantCommit): SQL {
  const { heldUnits, soldUnits } = buyerTierTotals;
  return db
    .update(buyerTierTotals)
    .set({
      heldUnits: isLate ? heldUnits : sql`${heldUnits} - ${order.quantity}`,
      soldUnits: sql`${soldUnits} + ${order.quantity}`,
    })
    .where(
      and(
        eq(buyerTierTotals.siteId, order.siteId),
        eq(buyerTierTotals.userId, order.userId),
        eq(buyerTierTotals.tierId, order.tierId),
        isLate ? sql`${heldUnits} + ${soldUnits} + ${order.quantity} <= ${tier.maxUnitsPerBuyer}` : undefined,
      ),
    )
    .returning({ tierId: buyerTierTotals.tierId })
    .getSQL();
}

function sellOfTier(db: Statements, { found: { order }, isLate }: GrantCommit): SQL {
  const { heldUnits, soldUnits, totalUnits } = tiers;
  return db
    .update(tiers)
    .set({
      heldUnits: isLate ? heldUnits : sql`${heldUnits} - ${order.quantity}`,
      soldUnits: sql`${soldUnits} + ${order.quantity}`,
    })
    .where(
      and(
        eq(tiers.siteId, order.siteId),
        eq(tiers.id, order.tierId),
        isLate ? sql`${heldUnits} + ${soldUnits} + ${order.quantity} <= ${totalUnits}` : undefined,
      ),
    )
    .returning({ id: tiers.id })
    .getSQL();
}

function allocationStatements(db: Statements, { found: { order }, grant, now }: GrantCommit) {
  const { siteId, id: orderId, userId, walletAddress } = order;
  const { id: allocationId, totalBase } = grant.allocation;
  return [
    db.insert(allocations).values({
      siteId,
      id: allocationId,
      orderId,
      userId,
      totalBase,
      walletAddress,
      payableFrom: grant.payableFrom,
      createdAt: now,
    }),
    db
      .insert(releases)
      .values(grant.allocation.releases.map((release) => ({ siteId, allocationId, orderId, userId, ...release }))),
  ];
}

function commissionStatements(db: Statements, { found: { order, plan }, grant, now }: GrantCommit) {
  if (plan === null || grant.commissions.length === 0) return [];
  const rows = grant.commissions.map((entry) => ({
    id: entry.id,
    agentId: entry.agentId,
    level: entry.level,
    rateBasisPoints: entry.rateBasisPoints,
    netMinor: entry.netMinor,
    amountMinor: entry.amountMinor,
    currency: entry.currency,
    readyAt: entry.readyAt,
    siteId: order.siteId,
    orderId: order.id,
    planId: plan.id,
    kind: 'accrual' as const,
    createdAt: now,
  }));
  return [db.insert(commissionEntries).values(rows)];
}

function referralStatements(db: Statements, { found: { order, chain }, grant }: GrantCommit): BatchItem<'pg'>[] {
  const agentId = chain.find(({ level }) => level === 1)?.agentId;
  if (agentId === undefined) return [];
  const { siteId, userId: buyerId, amountMinor } = order;
  const addSales = db
    .update(referrals)
    .set({ directSalesMinor: sql`${referrals.directSalesMinor} + ${amountMinor}` })
    .where(and(eq(referrals.siteId, siteId), eq(referrals.userId, agentId)));
  const bind = grant.bindReferrer ? [db.execute(bindReferrer({ siteId, buyerId, agentId }))] : [];
  return [db.execute(lockReferrals(siteId)), addSales, ...bind];
}
