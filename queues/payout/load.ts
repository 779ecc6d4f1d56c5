import { and, asc, eq } from 'drizzle-orm';
import type { ExpectedPayout } from '../../domain/payout/transaction.ts';
import { allocations, orders, payouts, releases, sites } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Database } from '../../drizzle/transaction.ts';
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
  const [entered, rows, attempts] = await transact(database, { site }, (db) => [
    db
      .select({
        release: releases,
        walletAddress: allocations.walletAddress,
        walletChangedAt: allocations.walletChangedAt,
        payableFrom: allocations.payableFrom,
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
      .where(and(eq(releases.siteId, here), eq(releases.id, releaseId))),
    db
      .select()
      .from(payouts)
      .where(and(eq(payouts.siteId, here), eq(payouts.releaseId, releaseId)))
      .orderBy(asc(payouts.attempt)),
  ]);
  const row = rows[0];
  return { entered, found: row === undefined ? null : { ...row, payouts: attempts } };
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
