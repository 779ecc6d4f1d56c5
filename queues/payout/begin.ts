import { and, eq, isNull, lte, ne, notExists, notInArray, or, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { WALLET_WAIT_HOURS } from '../../domain/allocation/approve.ts';
import type { Netting } from '../../domain/allocation/net.ts';
import { SENT_STATES } from '../../domain/allocation/reverse.ts';
import { debtNetted } from '../../domain/ledger/reversal.ts';
import { payoutSubmitted } from '../../domain/ledger/transfer.ts';
import type { Transfer } from '../../domain/ledger/transfer.ts';
import { externalTxId } from '../../domain/payout/transaction.ts';
import { allocations, ledgerAccounts, orders, payouts, refunds, releases } from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { orderAsRead, releaseAsRead } from '../as_read.ts';
import { databaseNow } from '../here.ts';
import { post } from '../ledger/post.ts';
import type { PayoutRow, ReleaseCase } from './load.ts';

/**
 * The next attempt at a release, as the row that is committed before custody is called.
 *
 * @param payBase what is left to send once debts are netted.
 * @throws TypeError when the site has no vault or asset: approving its releases should not have been possible.
 */
export function nextPayout(
  { release, site, walletAddress, payouts: attempts }: ReleaseCase,
  payBase: bigint,
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
    amountBase: payBase,
    providerId: null,
    providerStatus: null,
    txHash: null,
    state: 'submitting',
    createdAt: now,
    checkedAt: now,
    settledAt: null,
  };
}

export interface Beginning {
  readonly found: ReleaseCase;
  readonly netting: Netting;
  /** Null when the buyer's debt takes the whole release: then nothing is sent. */
  readonly payout: PayoutRow | null;
  readonly newId: () => string;
}

/**
 * Commits the intent to pay. The order's row is locked and asked again for what may stop a payout, so that a freeze
 * either comes first and stops it, or waits and then sees the release in flight. Whoever sends the allocation to another
 * wallet locks that row too: the destination is the one that stands, and has stood for its 24 hours. What is netted is
 * asked of the debt as it still is, so that two payouts never net it twice.
 */
export function beginStatements(db: Statements, { found, netting, payout, newId }: Beginning): BatchItem<'pg'>[] {
  const { release } = found;
  const taken = db
    .update(releases)
    .set({
      state: payout === null ? 'reversed' : 'submitting',
      nettedBase: release.nettedBase + netting.nettedBase,
      version: release.version + 1,
    })
    .where(releaseAsRead(release))
    .returning({ id: releases.id });
  return [
    db.execute(expectRows(selectPayable(db, found), 'guard.changed')),
    db.execute(expectRows(selectShare(db, found), 'guard.changed')),
    db.execute(expectRows(selectUnmoved(db, found), 'guard.changed')),
    ...(netting.nettedBase === 0n ? [] : [db.execute(expectRows(selectDebt(db, found), 'guard.changed'))]),
    db.execute(expectRows(taken.getSQL(), 'guard.changed')),
    ...(payout === null ? [] : [db.insert(payouts).values(payout)]),
    db.execute(post(transfersOf(found, netting, payout), newId)),
  ];
}

/**
 * Commits that a payout without an answer is sent once more, as {@link beginStatements} does the first time: from here on
 * the call may be under way, and nobody who read the release before may take it back.
 */
export function renewStatements(db: Statements, found: ReleaseCase, { siteId, id }: PayoutRow): BatchItem<'pg'>[] {
  const { release } = found;
  const renewed = db
    .update(payouts)
    .set({ checkedAt: databaseNow })
    .where(and(eq(payouts.siteId, siteId), eq(payouts.id, id), eq(payouts.state, 'submitting')))
    .returning({ id: payouts.id });
  const taken = db
    .update(releases)
    .set({ version: release.version + 1 })
    .where(releaseAsRead(release))
    .returning({ id: releases.id });
  return [
    db.execute(expectRows(selectPayable(db, found), 'guard.changed')),
    db.execute(expectRows(taken.getSQL(), 'guard.changed')),
    db.execute(expectRows(renewed.getSQL(), 'guard.changed')),
  ];
}

function selectPayable(db: Statements, { release, order }: ReleaseCase) {
  const { siteId, orderId } = release;
  const asked = db
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.siteId, siteId), eq(refunds.orderId, orderId), eq(refunds.state, 'requested')));
  return db
    .select({ id: orders.id })
    .from(orders)
    .where(and(orderAsRead({ ...order, siteId, id: orderId }), eq(orders.frozen, false), notExists(asked)))
    .for('update')
    .getSQL();
}

/** Other releases of the order may have begun since: what they leave must still hold the share that is frozen. */
function selectShare(db: Statements, { release }: ReleaseCase) {
  const { siteId, id, orderId, allocationId } = release;
  const others = db
    .select({ base: sql`coalesce(sum(${releases.amountBase} - ${releases.reversedBase} - ${releases.nettedBase}), 0)` })
    .from(releases)
    .where(
      and(
        eq(releases.siteId, siteId),
        eq(releases.orderId, orderId),
        ne(releases.id, id),
        notInArray(releases.state, SENT_STATES),
      ),
    );
  return db
    .select({ id: allocations.id })
    .from(allocations)
    .where(
      and(
        eq(allocations.siteId, siteId),
        eq(allocations.id, allocationId),
        sql`${allocations.frozenBase} <= (${others})`,
      ),
    )
    .getSQL();
}

function selectUnmoved(db: Statements, { release, walletAddress }: ReleaseCase) {
  return db
    .select({ id: allocations.id })
    .from(allocations)
    .where(
      and(
        eq(allocations.siteId, release.siteId),
        eq(allocations.id, release.allocationId),
        eq(allocations.walletAddress, walletAddress),
        or(
          isNull(allocations.walletChangedAt),
          lte(allocations.walletChangedAt, sql`app.now() - make_interval(hours => ${WALLET_WAIT_HOURS})`),
        ),
      ),
    )
    .getSQL();
}

function selectDebt(db: Statements, { release, debtBase }: ReleaseCase) {
  return db
    .select({ id: ledgerAccounts.id })
    .from(ledgerAccounts)
    .where(
      and(
        eq(ledgerAccounts.siteId, release.siteId),
        eq(ledgerAccounts.kind, 'buyer_debt'),
        eq(ledgerAccounts.ownerId, release.userId),
        eq(ledgerAccounts.balance, -debtBase),
      ),
    )
    .for('update')
    .getSQL();
}

function transfersOf({ release }: ReleaseCase, { nettedBase, payBase }: Netting, payout: PayoutRow | null): Transfer[] {
  const buyerId = release.userId;
  const cause =
    payout === null ? ({ type: 'release', id: release.id } as const) : ({ type: 'payout', id: payout.id } as const);
  return [
    ...(nettedBase === 0n ? [] : [debtNetted({ buyerId, amountBase: nettedBase, cause })]),
    ...(payout === null ? [] : [payoutSubmitted({ payoutId: payout.id, buyerId, amountBase: payBase })]),
  ];
}
