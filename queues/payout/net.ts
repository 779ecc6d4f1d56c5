import { and, eq } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import { isNettedWhole } from '../../domain/allocation/net.ts';
import { unsentBase } from '../../domain/allocation/reverse.ts';
import { ledgerAccounts, releases } from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import type { ReleaseCase } from './load.ts';

/** The buyer's debt, if it is still what was read: two payouts never net it twice. */
export function selectDebt(db: Statements, { release, debtBase }: ReleaseCase): SQL {
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

/** A release whose payout came back and settles the buyer's debt, all of it. */
export interface Returned {
  readonly amountBase: bigint;
  /** The release as it is once it came back. */
  readonly release: ReleaseCase['release'];
}

/**
 * What a payout that comes back does about the debt that was made while it was on its way.
 *
 * @param found as it was read, before it came back.
 * @returns null where nothing is settled, and a person decides about another attempt.
 */
export function returnedOf(
  { release: before, order, debtBase }: ReleaseCase,
  to: 'failed' | 'blocked',
): Returned | null {
  const release = { ...before, state: to, version: before.version + 1 };
  return isNettedWhole(order.status, release, debtBase) ? { release, amountBase: unsentBase(release) } : null;
}

/** Ends the release; nothing of it is left to send. */
export function reverseReturned(db: Statements, { release, amountBase }: Returned): BatchItem<'pg'> {
  const { siteId, id, state, version } = release;
  const netted = db
    .update(releases)
    .set({ state: 'reversed', nettedBase: release.nettedBase + amountBase, version: version + 1 })
    .where(
      and(eq(releases.siteId, siteId), eq(releases.id, id), eq(releases.state, state), eq(releases.version, version)),
    )
    .returning({ id: releases.id });
  return db.execute(expectRows(netted.getSQL(), 'guard.changed'));
}
