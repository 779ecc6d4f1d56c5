import type Stripe from 'stripe';
import { idOf, makeId } from './book.ts';
import type { Book, Caller } from './book.ts';
import { emit } from './event.ts';
import { textOf } from './form.ts';
import type { Form } from './form.ts';
import { payIntent } from './pay.ts';
import type { Presented } from './pay.ts';
import { saveIntent, unexpectedState } from './payment_intent.ts';

const FAILED =
  'We are unable to authenticate your payment method. Please choose a different payment method and try again.';

/**
 * Sends the buyer to the bank: the PaymentIntent becomes `requires_action` and stays so until the buyer has finished,
 * for ever if need be. Stripe.js (`use_stripe_sdk`) shows a dialog; others get an address to go to.
 */
export function requireAuthentication(
  book: Book,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  method: Presented,
  form: Form,
): Stripe.PaymentIntent {
  const returnUrl = textOf(form, 'return_url');
  const isForScript = textOf(form, 'use_stripe_sdk') === 'true' || returnUrl === undefined;
  const waiting = saveIntent(book, caller, {
    ...intent,
    last_payment_error: null,
    next_action: isForScript ? askScript(caller) : { type: 'redirect_to_url', redirect_to_url: askAt(returnUrl) },
    payment_method: method.id,
    status: 'requires_action',
  });
  emit(book, caller, 'payment_intent.requires_action', waiting);
  return waiting;

  function askAt(backTo: string): Stripe.PaymentIntent.NextAction.RedirectToUrl {
    const query = new URLSearchParams({ client_secret: intent.client_secret ?? '', return_url: backTo });
    return { return_url: backTo, url: `${caller.origin}/three_d_secure?${query.toString()}` };
  }
}

/**
 * Ends the authentication. Passed, the bank is asked, and may still decline; failed, another card may be tried.
 *
 * @throws StripeFailure 400 if the PaymentIntent does not wait for it
 */
export function finishAuthentication(
  book: Book,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  outcome: 'complete' | 'fail',
): Stripe.PaymentIntent {
  const id = idOf(intent.payment_method);
  const card = book.methods.get(id)?.object;
  if (intent.status !== 'requires_action' || card === undefined) {
    throw unexpectedState(intent, `This PaymentIntent has a status of ${intent.status}, not of requires_action.`);
  }
  if (outcome === 'complete') return payIntent(book, caller, intent, { id, card }).intent;
  const failed = saveIntent(book, caller, {
    ...intent,
    last_payment_error: {
      code: 'payment_intent_authentication_failure',
      doc_url: 'https://docs.stripe.com/error-codes/payment-intent-authentication-failure',
      message: FAILED,
      type: 'invalid_request_error',
    },
    next_action: null,
    payment_method: null,
    status: 'requires_payment_method',
  });
  emit(book, caller, 'payment_intent.payment_failed', failed);
  return failed;
}

// Stripe tells its own script more than this; pages must not look into it.
function askScript(caller: Caller): Stripe.PaymentIntent.NextAction {
  const details = {
    type: 'three_d_secure_redirect',
    source: makeId('src_1'),
    stripe_js: `${caller.origin}/three_d_secure`,
  };
  return { type: 'use_stripe_sdk', use_stripe_sdk: details };
}
