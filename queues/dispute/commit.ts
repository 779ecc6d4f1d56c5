import { and, eq } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { DisputeChange } from '../../domain/dispute/decide.ts';
import { disputeStanding } from '../../domain/dispute/status.ts';
import { disputeChanges, disputes } from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import type { DisputeRow, PaymentRow } from '../reversal/load.ts';
import type { ProviderDispute } from '../stripe/dispute.ts';

export interface DisputeCommit {
  /** Our row's id; a fresh one for a dispute that is new to us. */
  readonly disputeId: string;
  readonly known: DisputeRow | null;
  readonly payment: PaymentRow;
  readonly current: ProviderDispute;
  readonly change: DisputeChange;
  readonly now: Date;
}

/** Writes a dispute as it stands now, and the change that made it so. */
export function disputeStatements(db: Statements, commit: DisputeCommit): BatchItem<'pg'>[] {
  const { disputeId, known, payment, change, now } = commit;
  const { status, withdrawnMinor, reinstatedMinor, lostMinor } = change.record;
  return [
    known === null ? open(db, commit) : move(db, commit, known),
    db.insert(disputeChanges).values({
      siteId: payment.siteId,
      id: change.changeId,
      disputeId,
      sequence: (known?.version ?? 0) + 1,
      status,
      withdrawnMinor,
      reinstatedMinor,
      lostMinor,
      at: now,
    }),
  ];
}

/** Writes down that the provider was asked and no money moved; until when it waits for evidence may be new. */
export function noteDispute(
  db: Statements,
  { siteId, id, version }: DisputeRow,
  { reason, dueBy }: ProviderDispute,
  now: Date,
): BatchItem<'pg'> {
  return db
    .update(disputes)
    .set({ checkedAt: now, reason, dueBy })
    .where(and(eq(disputes.siteId, siteId), eq(disputes.id, id), eq(disputes.version, version)));
}

function open(db: Statements, { disputeId, payment, current, change, now }: DisputeCommit): BatchItem<'pg'> {
  return db.insert(disputes).values({
    ...change.record,
    siteId: payment.siteId,
    id: disputeId,
    orderId: payment.orderId,
    paymentId: payment.id,
    userId: payment.userId,
    providerId: current.id,
    reason: current.reason,
    currency: payment.currency,
    isOpen: disputeStanding(change.record.status) === 'open',
    openedAt: current.openedAt,
    checkedAt: now,
    dueBy: current.dueBy,
  });
}

function move(db: Statements, { current, change, now }: DisputeCommit, known: DisputeRow): BatchItem<'pg'> {
  const moved = db
    .update(disputes)
    .set({
      ...change.record,
      reason: current.reason,
      isOpen: disputeStanding(change.record.status) === 'open',
      version: known.version + 1,
      checkedAt: now,
      dueBy: current.dueBy,
    })
    .where(and(eq(disputes.siteId, known.siteId), eq(disputes.id, known.id), eq(disputes.version, known.version)))
    .returning({ id: disputes.id });
  return db.execute(expectRows(moved.getSQL(), 'guard.changed'));
}
