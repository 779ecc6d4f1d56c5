import type Stripe from 'stripe';
import type { Book, Caller } from './book.ts';
import type { Card, Verdict } from './card.ts';
import { chargeCard } from './charge.ts';
import type { ErrorBody } from './error.ts';
import { emit } from './event.ts';
import { saveIntent } from './payment_intent.ts';

/** A payment method that was presented. */
export interface Presented {
  id: string;
  card: Card;
}

/** What became of a try to pay; `refusal` is there if the bank declined. */
export interface Tried {
  intent: Stripe.PaymentIntent;
  refusal?: ErrorBody;
}

/**
 * Asks the imitated bank for the money of a PaymentIntent that is free to be charged: it is paid, declined and back at
 * `requires_payment_method`, or in `processing`.
 */
export function payIntent(book: Book, caller: Caller, intent: Stripe.PaymentIntent, method: Presented): Tried {
  const { verdict } = method.card;
  const charge = chargeCard(book, caller, intent, method.id, method.card);
  const tried = { ...intent, latest_charge: charge.id, next_action: null, payment_method: method.id };
  if (verdict.kind === 'approve') return { intent: succeed(book, caller, tried, charge, method.card) };
  if (verdict.kind === 'decline') return declineIntent(book, caller, tried, charge, verdict);
  const processing = saveIntent(book, caller, {
    ...tried,
    last_payment_error: null,
    processing: method.card.type === undefined ? { type: 'card', card: {} } : null,
    status: 'processing',
  });
  emit(book, caller, 'charge.pending', charge);
  emit(book, caller, 'payment_intent.processing', processing);
  if (verdict.end !== undefined) book.agenda.schedule(caller, verdict.end, intent.id);
  return { intent: processing };
}

/** Makes a PaymentIntent paid by a charge that succeeded, and schedules what its card is made to bring. */
export function succeed(
  book: Book,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  card: Card | undefined,
): Stripe.PaymentIntent {
  const paid = saveIntent(book, caller, {
    ...intent,
    amount_received: intent.amount,
    last_payment_error: null,
    next_action: null,
    processing: null,
    status: 'succeeded',
  });
  emit(book, caller, 'charge.succeeded', charge);
  emit(book, caller, 'payment_intent.succeeded', paid);
  const aftermath = card?.aftermath;
  if (aftermath !== undefined && aftermath !== 'refund_fails_later' && aftermath !== 'refund_succeeds_later') {
    book.agenda.schedule(caller, aftermath, charge.id);
  }
  return paid;
}

/** Puts a PaymentIntent back to `requires_payment_method` after a charge that failed; the buyer may try again. */
export function declineIntent(
  book: Book,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  charge: Stripe.Charge,
  verdict: Verdict & { kind: 'decline' },
): Tried & { refusal: ErrorBody } {
  const refusal = {
    charge: charge.id,
    code: verdict.code,
    ...(verdict.declineCode === undefined ? {} : { decline_code: verdict.declineCode }),
    message: verdict.message,
    type: 'card_error' as const,
  };
  const failed = saveIntent(book, caller, {
    ...intent,
    last_payment_error: refusal,
    payment_method: null,
    processing: null,
    status: 'requires_payment_method',
  });
  emit(book, caller, 'charge.failed', charge);
  emit(book, caller, 'payment_intent.payment_failed', failed);
  return { intent: failed, refusal };
}
