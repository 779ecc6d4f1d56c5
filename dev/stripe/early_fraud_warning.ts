import type Stripe from 'stripe';
import { childrenOf, idOf, keep, link, makeId, toSeconds } from './book.ts';
import type { Book, Caller } from './book.ts';
import { emit } from './event.ts';

/** What card networks call the kind of a fraud. */
export const FRAUD_TYPES = [
  ...['card_never_received', 'fraudulent_card_application', 'made_with_counterfeit_card'],
  ...['made_with_lost_card', 'made_with_stolen_card', 'misc', 'unauthorized_use_of_card'],
];

/** The card's issuer warns that a charge may be fraudulent. */
export function warnEarly(
  book: Book,
  caller: Caller,
  charge: Stripe.Charge,
  fraudType = 'misc',
): Stripe.Radar.EarlyFraudWarning {
  const intentId = idOf(charge.payment_intent);
  const warning: Stripe.Radar.EarlyFraudWarning = keep(book.warnings, caller, {
    id: makeId('issfr_1'),
    object: 'radar.early_fraud_warning' as const,
    actionable: !charge.disputed && !charge.refunded,
    charge: charge.id,
    created: toSeconds(caller.now),
    fraud_type: fraudType,
    livemode: caller.isLive,
    payment_intent: intentId,
  });
  link(book, charge.id, warning.id);
  link(book, intentId, warning.id);
  emit(book, caller, 'radar.early_fraud_warning.created', warning);
  return warning;
}

/** Notes what a refund or a dispute changed: a warning asks for action only while there was neither. */
export function reviseWarnings(book: Book, caller: Caller, charge: Stripe.Charge): void {
  const isActionable = !charge.disputed && !charge.refunded;
  for (const warning of childrenOf(book, book.warnings, caller, charge.id, 'issfr_')) {
    if (warning.actionable === isActionable) continue;
    const revised = keep(book.warnings, caller, { ...warning, actionable: isActionable });
    emit(book, caller, 'radar.early_fraud_warning.updated', revised);
  }
}
