import type Stripe from 'stripe';
import { keep } from './book.ts';
import type { Book, Caller } from './book.ts';
import { StripeFailure, invalidParameter, missingObject } from './error.ts';
import { expand } from './expand.ts';
import { requireOwn } from './find.ts';
import { textOf, textsOf } from './form.ts';
import type { Form } from './form.ts';

/** What Stripe shows of a PaymentIntent to a publishable key: no metadata, no charge, no account. */
const PUBLIC_FIELDS = [
  ...['id', 'object', 'amount', 'amount_details', 'automatic_payment_methods', 'canceled_at', 'cancellation_reason'],
  ...['capture_method', 'client_secret', 'confirmation_method', 'created', 'currency', 'description'],
  ...['last_payment_error', 'livemode', 'next_action', 'payment_method', 'payment_method_configuration_details'],
  ...['payment_method_types', 'processing', 'receipt_email', 'setup_future_usage', 'shipping', 'source', 'status'],
] as const satisfies readonly (keyof Stripe.PaymentIntent)[];

/**
 * The PaymentIntent a request names.
 *
 * @throws StripeFailure 404; a publishable key that does not know the client secret learns nothing more than that
 */
export function findIntent(book: Book, caller: Caller, id: string, form: Form): Stripe.PaymentIntent {
  const intent = requireOwn(book.intents, id, caller, 'payment_intent', 'intent');
  const isHidden = caller.keyKind === 'publishable' && intent.client_secret !== textOf(form, 'client_secret');
  if (isHidden) throw missingObject('payment_intent', id, 'intent');
  return intent;
}

/** The PaymentIntent as this caller may see it, with `expand[]` obeyed. */
export function showIntent(book: Book, caller: Caller, intent: Stripe.PaymentIntent, form: Form): object {
  if (caller.keyKind === 'publishable') {
    return Object.fromEntries(PUBLIC_FIELDS.filter((name) => name in intent).map((name) => [name, intent[name]]));
  }
  return expand(book, caller, intent, textsOf(form, 'expand'));
}

/** Stores a changed PaymentIntent. */
export function saveIntent(book: Book, caller: Caller, intent: Stripe.PaymentIntent): Stripe.PaymentIntent {
  return keep(book.intents, caller, intent);
}

/** Refuses a step that the state of the PaymentIntent does not allow. */
export function unexpectedState(intent: Stripe.PaymentIntent, message: string): StripeFailure {
  const code = 'payment_intent_unexpected_state';
  return new StripeFailure(400, { type: 'invalid_request_error', code, message, payment_intent: intent }, true);
}

/** @throws StripeFailure 400 `parameter_unknown` for a field that is neither in `names` nor common to all requests */
export function checkNames(form: Form, names: readonly string[]): void {
  const common = ['expand', 'key', 'client_secret', '_stripe_account', '_stripe_version'];
  for (const name of Object.keys(form)) {
    if (!names.includes(name) && !common.includes(name)) {
      throw invalidParameter(name, 'parameter_unknown', `Received unknown parameter: ${name}`);
    }
  }
}
