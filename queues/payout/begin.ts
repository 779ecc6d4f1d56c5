import { and, eq, isNull, lte, or, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { WALLET_WAIT_HOURS } from '../../domain/allocation/approve.ts';
import { payoutSubmitted } from '../../domain/ledger/transfer.ts';
import { externalTxId } from '../../domain/payout/transaction.ts';
import { allocations, orders, payouts, releases } from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { post } from '../ledger/post.ts';
import type { PayoutRow, ReleaseCase } from './load.ts';

/**
 * The next attempt at a release, as the row that is committed before custody is called.
 *
 * @throws TypeError when the site has no vault or asset: approving its releases should not have been possible.
 */
export function nextPayout(
  { release, site, walletAddress, payouts: attempts }: ReleaseCase,
  now: Date,
  id: string,
): PayoutRow {
  if (site.vaultAccount === null || site.custodyAsset === null) {
    throw new TypeError('A site that pays out has a vault account and a custody asset.');
  }
  const attempt = (attempts.at(-1)?.attempt ?? 0) + 1;
  return {
    siteId: release.siteId,
    id,
    releaseId: release.id,
    userId: release.userId,
    attempt,
    externalTxId: externalTxId({ siteCode: site.code, releaseId: release.id, attempt }),
    vaultAccount: site.vaultAccount,
    asset: site.custodyAsset,
    destination: walletAddress,
    amountBase: release.amountBase - release.reversedBase,
    providerId: null,
    providerStatus: null,
    txHash: null,
    state: 'submitting',
    createdAt: now,
    checkedAt: now,
    settledAt: null,
  };
}

/**
 * Commits the intent to pay. The order's row is locked and asked again for what may stop a payout, so that a freeze
 * either comes first and stops it, or waits and then sees the release in flight. Whoever sends the allocation to another
 * wallet locks that row too: the destination is the one that stands, and has stood for its 24 hours.
 */
export function beginStatements(
  db: Statements,
  { release, order, walletAddress }: ReleaseCase,
  payout: PayoutRow,
  newId: () => string,
): BatchItem<'pg'>[] {
  const { siteId } = release;
  const payable = db
    .select({ id: orders.id })
    .from(orders)
    .where(
      and(
        eq(orders.siteId, siteId),
        eq(orders.id, release.orderId),
        eq(orders.version, order.version),
        eq(orders.status, 'paid'),
        eq(orders.frozen, false),
      ),
    )
    .for('update');
  const unmoved = db
    .select({ id: allocations.id })
    .from(allocations)
    .where(
      and(
        eq(allocations.siteId, siteId),
        eq(allocations.id, release.allocationId),
        eq(allocations.walletAddress, walletAddress),
        or(
          isNull(allocations.walletChangedAt),
          lte(allocations.walletChangedAt, sql`app.now() - make_interval(hours => ${WALLET_WAIT_HOURS})`),
        ),
      ),
    );
  const taken = db
    .update(releases)
    .set({ state: 'submitting', version: release.version + 1 })
    .where(
      and(
        eq(releases.siteId, siteId),
        eq(releases.id, release.id),
        eq(releases.state, 'approved'),
        eq(releases.version, release.version),
      ),
    )
    .returning({ id: releases.id });
  const transfer = payoutSubmitted({ payoutId: payout.id, buyerId: payout.userId, amountBase: payout.amountBase });
  return [
    db.execute(expectRows(payable.getSQL(), 'guard.changed')),
    db.execute(expectRows(unmoved.getSQL(), 'guard.changed')),
    db.execute(expectRows(taken.getSQL(), 'guard.changed')),
    db.insert(payouts).values(payout),
    db.execute(post([transfer], newId)),
  ];
}
