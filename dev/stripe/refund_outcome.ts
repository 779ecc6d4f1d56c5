import type Stripe from 'stripe';
import { recordMovement } from './balance_transaction.ts';
import { findOwn, idOf } from './book.ts';
import type { Book, Caller } from './book.ts';
import { saveCharge } from './charge.ts';
import { reviseWarnings } from './early_fraud_warning.ts';
import { StripeFailure } from './error.ts';
import { emit } from './event.ts';
import { saveRefund } from './refund.ts';

/** How a refund may go on: from which state, and to which. */
const MOVES = {
  succeed: { from: ['pending'], to: 'succeeded' },
  fail: { from: ['pending', 'succeeded'], to: 'failed' },
  cancel: { from: ['pending', 'requires_action'], to: 'canceled' },
} as const satisfies Record<string, { from: readonly string[]; to: string }>;

/** One of the ways a refund may go on. */
export type RefundOutcome = keyof typeof MOVES;

/** Whether a text names an outcome. */
export function isRefundOutcome(text: unknown): text is RefundOutcome {
  return typeof text === 'string' && Object.hasOwn(MOVES, text);
}

/**
 * Moves a refund on. One that fails, even after it had succeeded, or is canceled gives its money back to the
 * account's balance, and what it took of the charge may be refunded again.
 *
 * @throws StripeFailure 400 if its state does not allow that
 */
export function endRefund(
  book: Book,
  caller: Caller,
  refund: Stripe.Refund,
  outcome: RefundOutcome,
  failureReason = outcome === 'cancel' ? 'merchant_request' : 'declined',
): Stripe.Refund {
  const { from, to } = MOVES[outcome];
  if (!(from as readonly (string | null)[]).includes(refund.status)) {
    const message = `This refund has a status of ${refund.status ?? 'unknown'}; only ${from.join(' or ')} ones can do that.`;
    throw new StripeFailure(400, { type: 'invalid_request_error', message });
  }
  const ended: Stripe.Refund = { ...refund, status: to };
  delete ended.pending_reason;
  if (outcome === 'succeed') return announce(book, caller, saveRefund(book, caller, ended));
  const movement = recordMovement(book, caller, {
    ...({ type: 'refund_failure', reportingCategory: 'refund_failure' } as const),
    ...{ amountMinor: refund.amount, feeMinor: 0, currency: refund.currency, source: refund.id },
    description: `REFUND FAILURE (${idOf(refund.charge)})`,
  });
  const charge = findOwn(book.charges, idOf(refund.charge), caller);
  if (charge !== undefined) {
    const amountRefunded = charge.amount_refunded - refund.amount;
    const reopened = { ...charge, amount_refunded: amountRefunded, refunded: false };
    reviseWarnings(book, caller, saveCharge(book, caller, reopened));
  }
  const failure = { failure_balance_transaction: movement.id, failure_reason: failureReason };
  const failed = announce(book, caller, saveRefund(book, caller, { ...ended, ...failure }));
  if (outcome === 'fail') emit(book, caller, 'refund.failed', failed);
  return failed;
}

/**
 * `POST /v1/refunds/:id/cancel`. As with Stripe only a refund that waits for the buyer can be canceled here; a pending
 * refund of a card is canceled in the dashboard, for which there is a control.
 *
 * @throws StripeFailure 400 in any other state
 */
export function cancelRefund(book: Book, caller: Caller, refund: Stripe.Refund): Stripe.Refund {
  if (refund.status !== 'requires_action') {
    const message = `This refund cannot be canceled because it has a status of ${refund.status ?? 'unknown'}. Only a refund with a status of requires_action may be canceled.`;
    throw new StripeFailure(400, { type: 'invalid_request_error', message });
  }
  return endRefund(book, caller, refund, 'cancel');
}

function announce(book: Book, caller: Caller, refund: Stripe.Refund): Stripe.Refund {
  emit(book, caller, 'refund.updated', refund);
  emit(book, caller, 'charge.refund.updated', refund);
  return refund;
}
