import { and, eq, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { Settle, Settlement } from '../../domain/order/settle.ts';
import type { PaymentState } from '../../domain/payment/state.ts';
import { effects, orders, payments, refunds } from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { orderAsRead } from '../as_read.ts';
import { inboxStatements } from '../inbox/record.ts';
import type { InboxEvent } from '../inbox/record.ts';
import { post } from '../ledger/post.ts';
import { grantStatements, payOrder } from '../order/grant_commit.ts';
import type { Intent } from '../stripe/intent.ts';
import type { OrderCase } from '../order/load.ts';

/** A captured payment and what is known of its order, for any of the commits below. */
export interface PaymentCommit {
  readonly found: OrderCase;
  readonly intent: Intent;
  /** Null when no event told of the payment but a sweep. */
  readonly event: InboxEvent | null;
  readonly now: Date;
  readonly newId: () => string;
}

/** Everything a captured payment changes when its order takes it, as the statements of one commit. */
export function settlementStatements(db: Statements, commit: PaymentCommit, settle: Settle): BatchItem<'pg'>[] {
  const grant = { ...commit, grant: settle, isLate: settle.isLate };
  return [
    ...arrivalStatements(db, commit),
    payOrder(db, grant),
    capturedAs(db, commit, 'applied', settle),
    ...grantStatements(db, grant),
  ];
}

type SetAside = Extract<Settlement, { kind: 'review' | 'surplus' }>;

/** Keeps captured money that the order cannot take: under review, or on its way back. */
export function setAsideStatements(db: Statements, commit: PaymentCommit, aside: SetAside): BatchItem<'pg'>[] {
  return [
    ...arrivalStatements(db, commit),
    ...(aside.kind === 'review' ? [reviewOrder(db, commit, aside.reason)] : [lockOrder(db, commit)]),
    capturedAs(db, commit, aside.kind, aside),
    ...(aside.kind === 'surplus' ? [requestRefund(db, commit, aside)] : []),
    db.execute(post(aside.transfers, commit.newId)),
  ];
}

function arrivalStatements(db: Statements, { found, intent, event, now }: PaymentCommit): BatchItem<'pg'>[] {
  const { siteId } = found.order;
  return [
    ...(event === null ? [] : inboxStatements(db, siteId, event, { state: 'applied' })),
    db.insert(effects).values({ siteId, provider: 'stripe', object: intent.id, effect: 'settled', at: now }),
  ];
}

function reviewOrder(db: Statements, { found }: PaymentCommit, reason: string): BatchItem<'pg'> {
  const moved = db
    .update(orders)
    .set({ status: 'review', statusReason: reason, version: found.order.version + 1 })
    .where(orderAsRead(found.order))
    .returning({ id: orders.id });
  return db.execute(expectRows(moved.getSQL(), 'guard.changed'));
}

/** Another payment of the order may be settled at the same time: which of the two is one too many is decided once. */
function lockOrder(db: Statements, { found }: PaymentCommit): BatchItem<'pg'> {
  const kept = db.select({ id: orders.id }).from(orders).where(orderAsRead(found.order)).for('update');
  return db.execute(expectRows(kept.getSQL(), 'guard.changed'));
}

function requestRefund(
  db: Statements,
  { found: { order }, now }: PaymentCommit,
  aside: SetAside & { kind: 'surplus' },
) {
  const { siteId, id: orderId, userId, currency } = order;
  return db.insert(refunds).values({
    ...{ siteId, id: aside.refund.id, orderId, paymentId: aside.paymentId, userId, currency },
    ...{ amountMinor: aside.refund.amountMinor, state: 'requested', reason: 'surplus', createdAt: now, checkedAt: now },
  });
}

/** Writes what became of the payment: into its row, or into a new one where its id was never recorded. */
function capturedAs(
  db: Statements,
  { found: { order }, intent, now }: PaymentCommit,
  state: PaymentState,
  { paymentId, isRecorded }: { readonly paymentId: string; readonly isRecorded: boolean },
): BatchItem<'pg'> {
  const captured = { state, appliedAt: state === 'applied' ? now : null };
  const { siteId, id: orderId, userId, amountMinor, currency } = order;
  if (!isRecorded) {
    return db.insert(payments).values({
      ...{ siteId, id: paymentId, orderId, userId, amountMinor, currency, createdAt: now, provider: 'stripe' },
      ...{ account: intent.account, intentId: intent.id, ...captured },
    });
  }
  const open = db
    .update(payments)
    .set(captured)
    .where(and(eq(payments.siteId, siteId), eq(payments.id, paymentId), sql`${payments.state} in ('open', 'canceled')`))
    .returning({ id: payments.id });
  return db.execute(expectRows(open.getSQL(), 'guard.changed'));
}
