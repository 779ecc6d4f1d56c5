import { and, eq, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { CommissionReversal } from '../../domain/commission/reverse.ts';
import type { TakenRelease } from '../../domain/allocation/reverse.ts';
import type { Transfer } from '../../domain/ledger/transfer.ts';
import {
  allocations,
  commissionEntries,
  orderReferrals,
  orders,
  referrals,
  releases,
} from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { orderAsRead, releaseAsRead } from '../as_read.ts';
import { post } from '../ledger/post.ts';
import type { Consequence } from './consequence.ts';
import type { MoneyCase } from './load.ts';

export interface ConsequenceCommit {
  readonly found: MoneyCase;
  readonly consequence: Consequence;
  /** The provider warned just now. */
  readonly warnedAt?: Date;
  readonly now: Date;
  readonly newId: () => string;
}

/**
 * Takes the order's row first: whatever changes what its money comes to waits here for whoever else does, and decides
 * again when it was changed meanwhile. A payout that begins does the same.
 */
export function holdOrder(db: Statements, commit: ConsequenceCommit): BatchItem<'pg'> {
  const { order } = commit.found;
  const { freeze, reversal, reversedMinor, endsBy } = commit.consequence;
  const held = db
    .update(orders)
    .set({
      version: order.version + 1,
      frozen: freeze.isWhole,
      reversedMinor,
      ...(commit.warnedAt === undefined ? {} : { warnedAt: warnedAt(commit.warnedAt) }),
      ...(reversal?.status == null ? {} : { status: reversal.status, statusReason: endsBy }),
    })
    .where(
      and(
        orderAsRead(order),
        // An operator clears a warning without a new version; here it must not be overlooked.
        sql`date_trunc('milliseconds', ${orders.warningClearedAt}) is not distinct from ${order.warningClearedAt}`,
      ),
    )
    .returning({ id: orders.id });
  return db.execute(expectRows(held.getSQL(), 'guard.changed'));
}

/** A warning is newer than whatever an operator has cleared meanwhile, in the milliseconds in which it is shown. */
const warnedAt = (at: Date) =>
  sql`greatest(${at}, date_trunc('milliseconds', ${orders.warningClearedAt} + interval '1 millisecond'))`;

/** Tokens and commissions that go with the money, the frozen share, and all postings; after {@link holdOrder}. */
export function consequenceStatements(
  db: Statements,
  commit: ConsequenceCommit,
  moneyTransfers: readonly Transfer[],
): BatchItem<'pg'>[] {
  const { found, consequence, newId } = commit;
  const { reversal } = consequence;
  const transfers = [...moneyTransfers, ...(reversal?.transfers ?? [])];
  return [
    ...allocationStatements(db, found, consequence),
    ...(reversal?.releases ?? []).map((taken) => db.execute(expectRows(takeFrom(db, found, taken), 'guard.changed'))),
    ...commissionStatements(db, commit),
    ...(transfers.length === 0 ? [] : [db.execute(post(transfers, newId))]),
    ...salesStatements(db, found, consequence),
  ];
}

/** What an agent's own customers bought counts towards the minimum of a plan only as long as the money stays. */
function salesStatements(db: Statements, { order, allocation }: MoneyCase, { reversal, reversedMinor }: Consequence) {
  // An order that was never granted has brought no sales.
  if (allocation === null || reversal === null) return [];
  const keptMinor = (goneMinor: bigint) => (goneMinor < order.amountMinor ? order.amountMinor - goneMinor : 0n);
  const lostMinor = keptMinor(order.reversedMinor) - keptMinor(reversedMinor);
  return [
    db
      .update(referrals)
      .set({ directSalesMinor: sql`${referrals.directSalesMinor} - ${lostMinor}` })
      .where(
        and(
          eq(referrals.siteId, order.siteId),
          sql`${referrals.userId} = (select c.agent_id from ${orderReferrals} c
            where c.site_id = ${order.siteId} and c.order_id = ${order.id} and c.level = 1)`,
        ),
      ),
  ];
}

function allocationStatements(db: Statements, { allocation }: MoneyCase, { freeze, reversal }: Consequence) {
  if (allocation === null) return [];
  return [
    db
      .update(allocations)
      .set({ reversedBase: reversal?.reversedBase ?? allocation.reversedBase, frozenBase: freeze.shareBase })
      .where(and(eq(allocations.siteId, allocation.siteId), eq(allocations.id, allocation.id))),
  ];
}

function takeFrom(db: Statements, found: MoneyCase, { id, reversedBase, state }: TakenRelease): SQL {
  const known = found.releases.find((release) => release.id === id);
  if (known === undefined) throw new TypeError('A reversal takes from releases that were read.');
  return db
    .update(releases)
    .set({ reversedBase, version: known.version + 1, ...(state === known.state ? {} : { state }) })
    .where(releaseAsRead(known))
    .returning({ id: releases.id })
    .getSQL();
}

function commissionStatements(db: Statements, { found, consequence, now }: ConsequenceCommit) {
  const rows = (consequence.reversal?.commissions ?? []).map((reversed) => reversalRow(found, reversed, now));
  return rows.length === 0 ? [] : [db.insert(commissionEntries).values(rows)];
}

function reversalRow({ commissions }: MoneyCase, { id, accrualId, amountMinor }: CommissionReversal, now: Date) {
  const accrual = commissions.find(({ entry }) => entry.id === accrualId)?.entry;
  if (accrual === undefined) throw new TypeError('A reversal is of a commission that was read.');
  return { ...accrual, id, amountMinor, kind: 'reversal' as const, createdAt: now };
}
