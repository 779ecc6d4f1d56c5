import type Stripe from 'stripe';
import { findOwn, idOf } from './book.ts';
import type { Book, Caller } from './book.ts';
import type { Verdict } from './card.ts';
import { collectCharge, saveCharge } from './charge.ts';
import { declineIntent, succeed } from './pay.ts';
import { unexpectedState } from './payment_intent.ts';

const RETURNED: Verdict & { kind: 'decline' } = {
  kind: 'decline',
  code: 'card_declined',
  declineCode: 'generic_decline',
  message: 'The payment was not completed by the bank.',
};

/**
 * Ends a PaymentIntent that was in `processing`, as the bank does hours or days later.
 *
 * @throws StripeFailure 400 if it is in another state
 */
export function endProcessing(
  book: Book,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  outcome: 'succeed' | 'fail',
): Stripe.PaymentIntent {
  const charge = findOwn(book.charges, idOf(intent.latest_charge), caller);
  if (intent.status !== 'processing' || charge === undefined) {
    throw unexpectedState(intent, `This PaymentIntent has a status of ${intent.status}, not of processing.`);
  }
  if (outcome === 'succeed') {
    const card = book.methods.get(charge.payment_method ?? '')?.object;
    return succeed(book, caller, intent, collectCharge(book, caller, charge, card), card);
  }
  const failed = saveCharge(book, caller, {
    ...charge,
    captured: false,
    failure_code: RETURNED.code,
    failure_message: RETURNED.message,
    status: 'failed',
  });
  return declineIntent(book, caller, intent, failed, RETURNED).intent;
}
