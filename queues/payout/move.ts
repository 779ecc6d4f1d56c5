import { and, eq } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { payoutConfirmed, payoutFailed } from '../../domain/ledger/transfer.ts';
import type { Transfer } from '../../domain/ledger/transfer.ts';
import { effects, payouts, releases } from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { releaseAsRead } from '../as_read.ts';
import { post } from '../ledger/post.ts';
import type { PayoutRow, ReleaseCase } from './load.ts';

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

/** Moves a payout and its release together, with the ledger where the move is final. */
export function moveStatements(db: Statements, move: PayoutMove): BatchItem<'pg'>[] {
  const { found, payout, to, now, newId } = move;
  const { release } = found;
  const transfer = transferOf(move);
  const moved = db
    .update(releases)
    .set({ state: to, version: release.version + 1 })
    .where(releaseAsRead(release))
    .returning({ id: releases.id });
  return [
    ...noteStatements(db, move),
    db.execute(expectRows(moved.getSQL(), 'guard.changed')),
    db
      .insert(effects)
      .values({ siteId: payout.siteId, provider: 'fireblocks', object: payout.externalTxId, effect: to, at: now }),
    ...(transfer === null ? [] : [db.execute(post([transfer], newId))]),
  ];
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

function transferOf({ payout, to }: PayoutMove): Transfer | null {
  const of = { payoutId: payout.id, buyerId: payout.userId, amountBase: payout.amountBase };
  switch (to) {
    case 'submitted':
      return null;
    case 'confirmed':
      return payoutConfirmed(of);
    case 'failed':
    case 'blocked':
      return payoutFailed(of);
  }
}
