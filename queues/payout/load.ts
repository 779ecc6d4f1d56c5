import { and, asc, eq, sql } from 'drizzle-orm';
import type { ExpectedPayout } from '../../domain/payout/transaction.ts';
import { allocations, ledgerAccounts, orders, payouts, refunds, releases, sites } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Database, Statements } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';

/** A release with all that decides whether and where it is paid out, and every attempt to do so, the first one first. */
export type ReleaseCase = NonNullable<Awaited<ReturnType<typeof loadRelease>>['found']>;
export type PayoutRow = ReleaseCase['payouts'][number];

/**
 * Reads a release of a site in one transaction.
 *
 * @throws DomainError `webhook.unmapped` when there is no such site.
 */
export async function loadRelease(database: Database, site: string, releaseId: string) {
  const orderId = sql<string>`(select r.order_id from releases r where r.site_id = ${here} and r.id = ${releaseId})`;
  const [entered, rows, attempts, siblings, asked, debts] = await transact(database, { site }, (db) => [
    selectRelease(db, releaseId),
    db
      .select()
      .from(payouts)
      .where(and(eq(payouts.siteId, here), eq(payouts.releaseId, releaseId)))
      .orderBy(asc(payouts.attempt)),
    db
      .select()
      .from(releases)
      .where(and(eq(releases.siteId, here), eq(releases.orderId, orderId))),
    db
      .select({ id: refunds.id })
      .from(refunds)
      .where(and(eq(refunds.siteId, here), eq(refunds.orderId, orderId), eq(refunds.state, 'requested'))),
    selectDebt(db, releaseId),
  ]);
  const row = rows[0];
  if (row === undefined) return { entered, found: null };
  const found = {
    ...row,
    payouts: attempts,
    /** All releases of the order, this one too. */
    siblings,
    /** A refund was asked for whose share is not frozen yet. */
    isRefundAsked: asked.length > 0,
    /** What the buyer owes on this site, whichever order it came from. */
    debtBase: -(debts[0]?.balance ?? 0n),
  };
  return { entered, found };
}

function selectRelease(db: Statements, releaseId: string) {
  return db
    .select({
      release: releases,
      walletAddress: allocations.walletAddress,
      payableFrom: allocations.payableFrom,
      walletChangedAt: allocations.walletChangedAt,
      frozenBase: allocations.frozenBase,
      order: { status: orders.status, frozen: orders.frozen, version: orders.version },
      site: {
        code: sites.code,
        vaultAccount: sites.vaultAccount,
        custodyAsset: sites.custodyAsset,
        tokenDecimals: sites.tokenDecimals,
      },
    })
    .from(releases)
    .innerJoin(sites, eq(sites.id, releases.siteId))
    .innerJoin(allocations, and(eq(allocations.siteId, releases.siteId), eq(allocations.id, releases.allocationId)))
    .innerJoin(orders, and(eq(orders.siteId, releases.siteId), eq(orders.id, releases.orderId)))
    .where(and(eq(releases.siteId, here), eq(releases.id, releaseId)));
}

function selectDebt(db: Statements, releaseId: string) {
  return db
    .select({ balance: ledgerAccounts.balance })
    .from(ledgerAccounts)
    .innerJoin(releases, and(eq(releases.siteId, ledgerAccounts.siteId), eq(releases.userId, ledgerAccounts.ownerId)))
    .where(and(eq(ledgerAccounts.siteId, here), eq(ledgerAccounts.kind, 'buyer_debt'), eq(releases.id, releaseId)));
}

/**
 * The transfer a payout's row stands for.
 *
 * @throws TypeError when the site has no token, which no site with releases can be without.
 */
export function expectedPayout({ site }: ReleaseCase, payout: PayoutRow): ExpectedPayout {
  if (site.tokenDecimals === null) throw new TypeError('A site that pays out has a token.');
  return {
    externalTxId: payout.externalTxId,
    vaultId: payout.vaultAccount,
    assetId: payout.asset,
    amountBase: payout.amountBase,
    decimals: site.tokenDecimals,
    address: payout.destination,
  };
}
