import { and, eq, sql } from 'drizzle-orm';
import type { BatchItem } from 'drizzle-orm/batch';
import type { RefundState } from '../../domain/refund/state.ts';
import { refunds } from '../../drizzle/schema/index.ts';
import { expectRows } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import type { PaymentRow, RefundRow } from '../reversal/load.ts';
import type { RefundFact } from '../stripe/refund.ts';

/** What the provider last said of a refund, to be kept with it; null when it never took it. */
export type RefundWord = Pick<RefundFact, 'id' | 'status'> | null;

/** Moves a known refund on, unless somebody else did meanwhile, or has set out to make it or come back. */
export function moveRefund(
  db: Statements,
  refund: RefundRow,
  to: RefundState,
  { word, status, openCalls, now }: { word: RefundWord; status?: string; openCalls?: number; now: Date },
): BatchItem<'pg'> {
  const moved = db
    .update(refunds)
    .set({
      state: to,
      providerId: word?.id ?? refund.providerId,
      providerStatus: word?.status ?? status ?? refund.providerStatus,
      openCalls: openCalls ?? refund.openCalls,
      checkedAt: now,
      settledAt: isEnd(to) ? now : null,
    })
    .where(asRead(refund))
    .returning({ id: refunds.id });
  return db.execute(expectRows(moved.getSQL(), 'guard.changed'));
}

/**
 * Notes that a call to the provider is about to be made, or that one was refused. Any number may do so at once, and all are
 * counted. Nothing is returned once the refund is not being made any more.
 */
export function countCall(db: Statements, { siteId, id }: RefundRow, change: 1 | -1) {
  return db
    .update(refunds)
    .set({ openCalls: sql`greatest(${refunds.openCalls} + ${change}::integer, 0)` })
    .where(and(eq(refunds.siteId, siteId), eq(refunds.id, id), eq(refunds.state, 'submitting')))
    .returning({ openCalls: refunds.openCalls });
}

const asRead = ({ siteId, id, state, openCalls }: RefundRow) =>
  and(eq(refunds.siteId, siteId), eq(refunds.id, id), eq(refunds.state, state), eq(refunds.openCalls, openCalls));

/** Writes down that the provider was asked and had nothing new. */
export function noteRefund(db: Statements, { siteId, id, state }: RefundRow, now: Date): BatchItem<'pg'> {
  return db
    .update(refunds)
    .set({ checkedAt: now })
    .where(and(eq(refunds.siteId, siteId), eq(refunds.id, id), eq(refunds.state, state)));
}

type OfPayment = Pick<PaymentRow, 'siteId' | 'id' | 'orderId' | 'userId' | 'currency'>;

interface NewRefund {
  readonly id: string;
  readonly amountMinor: bigint;
  readonly state: RefundState;
  readonly reason: string;
  readonly word: RefundWord;
  readonly now: Date;
}

/** Adds a refund that no operator asked for: one made at the provider, or one the platform decides on itself. */
export function addRefund(db: Statements, payment: OfPayment, refund: NewRefund): BatchItem<'pg'> {
  const { id, amountMinor, state, reason, word, now } = refund;
  return db.insert(refunds).values({
    siteId: payment.siteId,
    id,
    orderId: payment.orderId,
    paymentId: payment.id,
    userId: payment.userId,
    amountMinor,
    currency: payment.currency,
    state,
    providerId: word?.id ?? null,
    providerStatus: word?.status ?? null,
    reason,
    requestedBy: null,
    createdAt: now,
    checkedAt: now,
    settledAt: isEnd(state) ? now : null,
  });
}

function isEnd(state: RefundState): boolean {
  return state === 'succeeded' || state === 'failed' || state === 'canceled';
}
