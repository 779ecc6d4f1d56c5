import { and, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { Settle } from '../../domain/order/settle.ts';
import {
  allocations,
  buyerTierTotals,
  commissionEntries,
  effects,
  orders,
  payments,
  referrals,
  releases,
  tiers,
} from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { inboxStatements } from '../inbox/record.ts';
import type { InboxEvent } from '../inbox/record.ts';
import { post } from '../ledger/post.ts';
import { bindReferrer, lockReferrals } from '../referral/bind.ts';
import type { Intent } from './intent.ts';
import type { OrderCase } from './load.ts';

export interface SettlementCommit {
  readonly found: OrderCase;
  readonly intent: Intent;
  readonly settle: Settle;
  /** Null when no event told of the payment but a sweep. */
  readonly event: InboxEvent | null;
  readonly now: Date;
  readonly newId: () => string;
}

/**
 * Everything a captured payment changes, as the statements of one commit. What everybody waits for comes last: the
 * ledger's site accounts, then the referral tree, then the tier, whose row is also taken by every order placed.
 */
export function settlementStatements(db: Statements, commit: SettlementCommit): BatchItem<'pg'>[] {
  const { found, intent, settle, event, newId } = commit;
  const { siteId } = found.order;
  return [
    ...(event === null ? [] : inboxStatements(db, siteId, event, { state: 'applied' })),
    db.insert(effects).values({ siteId, provider: 'stripe', object: intent.id, effect: 'settled', at: commit.now }),
    db.execute(expectRows(payOrder(db, commit), 'guard.changed')),
    settle.isRecorded ? db.execute(expectRows(applyPayment(db, commit), 'guard.changed')) : adoptPayment(db, commit),
    db.execute(expectRows(sellToBuyer(db, commit), 'guard.changed')),
    ...allocationStatements(db, commit),
    ...commissionStatements(db, commit),
    db.execute(post(settle.transfers, newId)),
    ...referralStatements(db, commit),
    db.execute(expectRows(sellOfTier(db, commit), 'guard.changed')),
  ];
}

function payOrder(db: Statements, { found: { order }, now }: SettlementCommit): SQL {
  return db
    .update(orders)
    .set({ status: 'paid', statusReason: null, paidAt: now, version: order.version + 1 })
    .where(
      and(
        eq(orders.siteId, order.siteId),
        eq(orders.id, order.id),
        eq(orders.status, order.status),
        eq(orders.version, order.version),
      ),
    )
    .returning({ id: orders.id })
    .getSQL();
}

function applyPayment(db: Statements, { found: { order }, settle, now }: SettlementCommit): SQL {
  return db
    .update(payments)
    .set({ state: 'applied', appliedAt: now })
    .where(and(eq(payments.siteId, order.siteId), eq(payments.id, settle.paymentId), eq(payments.state, 'open')))
    .returning({ id: payments.id })
    .getSQL();
}

function adoptPayment(db: Statements, { found: { order }, intent, settle, now }: SettlementCommit) {
  const { siteId, id: orderId, userId, amountMinor, currency } = order;
  const stamps = { createdAt: now, appliedAt: now };
  return db.insert(payments).values({
    siteId,
    id: settle.paymentId,
    orderId,
    userId,
    provider: 'stripe',
    account: intent.account,
    intentId: intent.id,
    amountMinor,
    currency,
    state: 'applied',
    ...stamps,
  });
}

function sellToBuyer(db: Statements, { found: { order } }: SettlementCommit): SQL {
  return db
    .update(buyerTierTotals)
    .set({
      heldUnits: sql`${buyerTierTotals.heldUnits} - ${order.quantity}`,
      soldUnits: sql`${buyerTierTotals.soldUnits} + ${order.quantity}`,
    })
    .where(
      and(
        eq(buyerTierTotals.siteId, order.siteId),
        eq(buyerTierTotals.userId, order.userId),
        eq(buyerTierTotals.tierId, order.tierId),
      ),
    )
    .returning({ tierId: buyerTierTotals.tierId })
    .getSQL();
}

function sellOfTier(db: Statements, { found: { order } }: SettlementCommit): SQL {
  return db
    .update(tiers)
    .set({
      heldUnits: sql`${tiers.heldUnits} - ${order.quantity}`,
      soldUnits: sql`${tiers.soldUnits} + ${order.quantity}`,
    })
    .where(and(eq(tiers.siteId, order.siteId), eq(tiers.id, order.tierId)))
    .returning({ id: tiers.id })
    .getSQL();
}

function allocationStatements(db: Statements, { found: { order }, settle, now }: SettlementCommit) {
  const { siteId, id: orderId, userId, walletAddress } = order;
  const { id: allocationId, totalBase } = settle.allocation;
  return [
    db.insert(allocations).values({
      siteId,
      id: allocationId,
      orderId,
      userId,
      totalBase,
      walletAddress,
      payableFrom: settle.payableFrom,
      createdAt: now,
    }),
    db
      .insert(releases)
      .values(settle.allocation.releases.map((release) => ({ siteId, allocationId, orderId, userId, ...release }))),
  ];
}

function commissionStatements(db: Statements, { found: { order, plan }, settle, now }: SettlementCommit) {
  if (plan === null || settle.commissions.length === 0) return [];
  const rows = settle.commissions.map((entry) => ({
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

function referralStatements(db: Statements, { found: { order, chain }, settle }: SettlementCommit): BatchItem<'pg'>[] {
  const agentId = chain.find(({ level }) => level === 1)?.agentId;
  if (agentId === undefined) return [];
  const { siteId, userId: buyerId, amountMinor } = order;
  const addSales = db
    .update(referrals)
    .set({ directSalesMinor: sql`${referrals.directSalesMinor} + ${amountMinor}` })
    .where(and(eq(referrals.siteId, siteId), eq(referrals.userId, agentId)));
  const bind = settle.bindReferrer ? [db.execute(bindReferrer({ siteId, buyerId, agentId }))] : [];
  return [db.execute(lockReferrals(siteId)), addSales, ...bind];
}
