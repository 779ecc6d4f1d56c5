import { freezeOf } from '../../domain/order/freeze.ts';
import type { Freeze } from '../../domain/order/freeze.ts';
import { decideReversal } from '../../domain/order/reverse.ts';
import type { Reversal } from '../../domain/order/reverse.ts';
import type { ReversalCause } from '../../domain/ledger/reversal.ts';
import type { DatedCommission } from '../../domain/commission/ready.ts';
import type { DisputeShare, RefundShare } from '../../domain/refund/reversible.ts';
import { goneMinor } from '../../domain/refund/reversible.ts';
import { disputeStanding } from '../../domain/dispute/status.ts';
import type { MoneyCase, PaymentRow } from './load.ts';

interface OfPayment {
  readonly paymentId: string;
}

/** An order's refunds, disputes and warning as they will stand after a commit. */
export interface MoneyAfter {
  readonly refunds: readonly (RefundShare & OfPayment)[];
  readonly disputes: readonly (DisputeShare & OfPayment)[];
  readonly isWarned: boolean;
}

/** What follows for the order from its money as it stands after a commit. */
export interface Consequence {
  readonly freeze: Freeze;
  /** What is gone of the order's money, all told. */
  readonly reversedMinor: bigint;
  /** What an order ends by, should it end: a dispute that took any of it, whichever word came last. */
  readonly endsBy: 'refund' | 'dispute';
  /** Null while no more is gone than before. */
  readonly reversal: Reversal | null;
}

/** The money as it stands now, for a commit to change one part of. */
export function moneyNow({ order, refunds, disputes }: MoneyCase): MoneyAfter {
  return { refunds, disputes, isWarned: isWarned(order) };
}

/** Whether the provider's fraud warning stands: the operator who cleared one has not seen the next. */
export function isWarned({ warnedAt, warningClearedAt }: MoneyCase['order']): boolean {
  return warnedAt !== null && (warningClearedAt === null || warningClearedAt < warnedAt);
}

/** The payment that paid the order, or waits for its review; one that came on top is none of the order's. */
export function mainPayment({ payments }: Pick<MoneyCase, 'payments'>): PaymentRow | null {
  return payments.find(({ state }) => state === 'applied' || state === 'review') ?? null;
}

/**
 * Works out what an order loses and what of it is frozen. It counts from the beginning, so refunds and disputes in any
 * number and order come to the same.
 *
 * @param cause what takes money in this commit; null when nothing does.
 */
export function consequenceOf(
  found: MoneyCase,
  after: MoneyAfter,
  cause: ReversalCause | null,
  newId: () => string,
): Consequence {
  const { order, allocation, releases } = found;
  const payment = mainPayment(found);
  const money = payment === null ? null : moneyOf(payment, after);
  const freeze = freezeOf({ money, totalBase: allocation?.totalBase ?? 0n, isWarned: after.isWarned });
  const isDisputed = after.disputes.some(({ status }) => disputeStanding(status) === 'open');
  const reversedMinor = money === null ? 0n : goneMinor(money);
  return {
    freeze: { ...freeze, isWhole: freeze.isWhole || isDisputed },
    reversedMinor,
    endsBy: money?.disputes.some(({ lostMinor }) => lostMinor > 0n) === true ? 'dispute' : 'refund',
    reversal:
      cause === null || money === null || reversedMinor <= order.reversedMinor
        ? null
        : decideReversal({
            order,
            capturedMinor: money.capturedMinor,
            goneMinor: reversedMinor,
            allocation: allocation === null ? null : { ...allocation, releases },
            accruals: accrualsOf(found),
            cause,
            newId,
          }),
  };
}

/** One captured payment with everything that takes from it. */
export function moneyOf({ id, amountMinor }: PaymentRow, { refunds, disputes }: Omit<MoneyAfter, 'isWarned'>) {
  return {
    capturedMinor: amountMinor,
    refunds: refunds.filter(({ paymentId }) => paymentId === id),
    disputes: disputes.filter(({ paymentId }) => paymentId === id),
  };
}

/** An order's commissions with what was reversed of each. */
export function accrualsOf({ commissions }: MoneyCase): DatedCommission[] {
  return commissions
    .filter(({ entry }) => entry.kind === 'accrual')
    .map(({ entry, readyTransfer }) => ({
      id: entry.id,
      level: entry.level,
      agentId: entry.agentId,
      amountMinor: entry.amountMinor,
      currency: entry.currency,
      readyAt: entry.readyAt,
      reversedMinor: commissions
        .filter((other) => other.entry.kind === 'reversal' && other.entry.level === entry.level)
        .reduce((sum, other) => sum - other.entry.amountMinor, 0n),
      isReady: readyTransfer !== null,
    }));
}
