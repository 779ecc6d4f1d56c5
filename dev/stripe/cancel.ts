import type Stripe from 'stripe';
import { toSeconds } from './book.ts';
import type { Book, Caller } from './book.ts';
import { invalidParameter } from './error.ts';
import { emit } from './event.ts';
import { textOf } from './form.ts';
import type { Form } from './form.ts';
import { checkNames, saveIntent, unexpectedState } from './payment_intent.ts';

const REASONS = ['abandoned', 'duplicate', 'fraudulent', 'requested_by_customer'];
const CANCELABLE = ['requires_payment_method', 'requires_capture', 'requires_confirmation', 'requires_action'];

/**
 * `POST /v1/payment_intents/:id/cancel`.
 *
 * @throws StripeFailure 400 `payment_intent_unexpected_state` if it is paid, canceled or in the hands of a bank already
 */
export function cancelIntent(
  book: Book,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  form: Form,
): Stripe.PaymentIntent {
  checkNames(form, ['cancellation_reason']);
  const reason = textOf(form, 'cancellation_reason') ?? null;
  if (reason !== null && !REASONS.includes(reason)) {
    const message = `Invalid cancellation_reason: must be one of ${REASONS.join(', ')}`;
    throw invalidParameter('cancellation_reason', 'parameter_invalid', message);
  }
  if (!CANCELABLE.includes(intent.status)) {
    throw unexpectedState(
      intent,
      `You cannot cancel this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be canceled: ${CANCELABLE.join(', ')}.`,
    );
  }
  const canceled = saveIntent(book, caller, {
    ...intent,
    canceled_at: toSeconds(caller.now),
    cancellation_reason: reason,
    next_action: null,
    status: 'canceled',
  });
  emit(book, caller, 'payment_intent.canceled', canceled);
  return canceled;
}
