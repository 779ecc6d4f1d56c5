import { and, eq } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { debtNetted } from '../../domain/ledger/reversal.ts';
import { payoutConfirmed, payoutFailed } from '../../domain/ledger/transfer.ts';
import type { Transfer } from '../../domain/ledger/transfer.ts';
import { effects, orders, payouts, releases } from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { post } from '../ledger/post.ts';
import type { PayoutRow, ReleaseCase } from './load.ts';
import { returnedOf, reverseReturned, selectDebt } from './net.ts';
import type { Returned } from './net.ts';

/** What custody said of a payout, to be kept with it. */
export interface CustodyWord {
  /** Null when the provider never took the transfer. */
  readonly providerId: string | null;
  readonly status: string;
  readonly txHash: string | null;
}

export interface PayoutMove {
  readonly found: ReleaseCase;
  readonly payout: PayoutRow;
  readonly to: 'submitted' | 'confirmed' | 'failed' | 'blocked';
  readonly word: CustodyWord;
  readonly now: Date;
  readonly newId: () => string;
}

/**
 * Moves a payout and its release together, with the ledger where the move is final. One that comes back takes its order's
 * row first, as whatever takes the order's money does: of the two the second decides again, with what is here now.
 */
export function moveStatements(db: Statements, move: PayoutMove): BatchItem<'pg'>[] {
  const { found, payout, to, now, newId } = move;
  const { release } = found;
  const isBack = to === 'failed' || to === 'blocked';
  const returned = isBack ? returnedOf(found, to) : null;
  const transfers = transfersOf(move, returned);
  const moved = db
    .update(releases)
    .set({ state: to, version: release.version + 1 })
    .where(
      and(
        eq(releases.siteId, release.siteId),
        eq(releases.id, release.id),
        eq(releases.state, release.state),
        eq(releases.version, release.version),
      ),
    )
    .returning({ id: releases.id });
  return [
    ...(isBack ? [holdOrder(db, found)] : []),
    ...(returned === null ? [] : [db.execute(expectRows(selectDebt(db, found), 'guard.changed'))]),
    ...noteStatements(db, move),
    db.execute(expectRows(moved.getSQL(), 'guard.changed')),
    ...(returned === null ? [] : [reverseReturned(db, returned)]),
    db
      .insert(effects)
      .values({ siteId: payout.siteId, provider: 'fireblocks', object: payout.externalTxId, effect: to, at: now }),
    ...(transfers.length === 0 ? [] : [db.execute(post(transfers, newId))]),
  ];
}

function holdOrder(db: Statements, { release: { siteId, orderId }, order: { version } }: ReleaseCase): BatchItem<'pg'> {
  const held = db
    .update(orders)
    .set({ version: version + 1 })
    .where(and(eq(orders.siteId, siteId), eq(orders.id, orderId), eq(orders.version, version)))
    .returning({ id: orders.id });
  return db.execute(expectRows(held.getSQL(), 'guard.changed'));
}

/** Keeps custody's word with the payout; also the whole of it when the state stays as it is. */
export function noteStatements(db: Statements, { payout, to, word, now }: Omit<PayoutMove, 'found' | 'newId'>) {
  const noted = db
    .update(payouts)
    .set({
      state: to,
      providerId: word.providerId ?? payout.providerId,
      providerStatus: word.status,
      txHash: word.txHash ?? payout.txHash,
      checkedAt: now,
      ...(to === 'submitted' ? {} : { settledAt: now }),
    })
    .where(and(eq(payouts.siteId, payout.siteId), eq(payouts.id, payout.id), eq(payouts.state, payout.state)))
    .returning({ id: payouts.id });
  return [db.execute(expectRows(noted.getSQL(), 'guard.changed'))];
}

function transfersOf({ payout, to }: PayoutMove, returned: Returned | null): Transfer[] {
  const { userId: buyerId, releaseId } = payout;
  const of = { payoutId: payout.id, buyerId, amountBase: payout.amountBase };
  switch (to) {
    case 'submitted':
      return [];
    case 'confirmed':
      return [payoutConfirmed(of)];
    case 'failed':
    case 'blocked': {
      const cause = { type: 'release', id: releaseId } as const;
      return [
        payoutFailed(of),
        ...(returned === null ? [] : [debtNetted({ buyerId, amountBase: returned.amountBase, cause })]),
      ];
    }
  }
}
