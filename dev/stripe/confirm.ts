import type Stripe from 'stripe';
import type { Book, Caller } from './book.ts';
import { StripeFailure, invalidParameter } from './error.ts';
import { groupOf, textOf } from './form.ts';
import type { Form } from './form.ts';
import { payIntent } from './pay.ts';
import type { Presented } from './pay.ts';
import { showIntent, unexpectedState } from './payment_intent.ts';
import { presentMethod } from './payment_method.ts';
import { requireAuthentication } from './three_d_secure.ts';

/** The parameters of a confirmation that are understood. */
export const CONFIRM_NAMES = ['payment_method', 'payment_method_data', 'return_url', 'use_stripe_sdk', 'receipt_email'];

/**
 * Confirms a PaymentIntent: charges the presented card, or the one attached before, if need be after 3-D Secure.
 * A declined card puts it back to `requires_payment_method`; the buyer may try again.
 *
 * @throws StripeFailure 402 `card_error` for a decline, 400 when state or parameters forbid it
 */
export function confirmIntent(
  book: Book,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  form: Form,
): Stripe.PaymentIntent {
  checkState(intent);
  checkReturn(intent, form);
  const method = presentMethod(book, caller, form) ?? attachedMethod(book, intent);
  if (method === null) {
    const message =
      "You cannot confirm this PaymentIntent because it's missing a payment method. You can either update the PaymentIntent with a payment method and then confirm it again, or confirm it again directly with a payment method or ConfirmationToken.";
    throw unexpectedState(intent, message);
  }
  checkOffered(intent, method);
  const named = { ...intent, receipt_email: textOf(form, 'receipt_email') ?? intent.receipt_email };
  if (method.card.needsAuthentication === true) return requireAuthentication(book, caller, named, method, form);
  const tried = payIntent(book, caller, named, method);
  if (tried.refusal === undefined) return tried.intent;
  const isTyped = Object.keys(groupOf(form, 'payment_method_data')).length > 0;
  const body = { ...tried.refusal, ...(isTyped && tried.refusal.code === 'incorrect_cvc' ? { param: 'cvc' } : {}) };
  throw new StripeFailure(402, { ...body, payment_intent: showIntent(book, caller, tried.intent, {}) }, true);
}

function checkState(intent: Stripe.PaymentIntent): void {
  if (intent.status === 'succeeded') {
    throw unexpectedState(
      intent,
      'You cannot confirm this PaymentIntent because it has already succeeded after being previously confirmed.',
    );
  }
  if (!['requires_payment_method', 'requires_confirmation', 'requires_action'].includes(intent.status)) {
    throw unexpectedState(
      intent,
      `You cannot confirm this PaymentIntent because it has a status of ${intent.status}. Only a PaymentIntent with one of the following statuses may be confirmed: requires_confirmation, requires_action, requires_payment_method.`,
    );
  }
}

// Stripe refuses this even for cards: with redirects allowed it must know where to bring the buyer back to.
function checkReturn(intent: Stripe.PaymentIntent, form: Form): void {
  const isCovered = textOf(form, 'return_url') !== undefined || textOf(form, 'use_stripe_sdk') === 'true';
  if (isCovered || intent.automatic_payment_methods?.allow_redirects === 'never') return;
  const message =
    "This PaymentIntent is configured to accept payment methods enabled in your Dashboard. Because some of these payment methods might redirect your customer off of your page, you must provide a `return_url`. If you don't want to accept redirect-based payment methods, set `automatic_payment_methods[enabled]` to `true` and `automatic_payment_methods[allow_redirects]` to `never` when creating Setup Intents and Payment Intents.";
  throw invalidParameter('return_url', 'parameter_missing', message);
}

function checkOffered(intent: Stripe.PaymentIntent, { card }: Presented): void {
  const type = card.type ?? 'card';
  if (intent.payment_method_types.includes(type)) return;
  const message = `The PaymentMethod provided (${type}) is not allowed for this PaymentIntent. Please attach a payment method of one of the following types: ${intent.payment_method_types.join(', ')}.`;
  throw invalidParameter('payment_method', 'payment_intent_incompatible_payment_method', message);
}

function attachedMethod(book: Book, intent: Stripe.PaymentIntent): Presented | null {
  if (typeof intent.payment_method !== 'string') return null;
  const known = book.methods.get(intent.payment_method);
  return known === undefined ? null : { id: intent.payment_method, card: known.object };
}
