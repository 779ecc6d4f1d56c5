import type Stripe from 'stripe';
import { makeId, toSeconds } from './book.ts';
import type { Book, Caller } from './book.ts';
import type { Card } from './card.ts';

/**
 * Charges a card for a PaymentIntent and stores the outcome, success or failure.
 * Metadata is copied once, at this moment, as Stripe does.
 */
export function chargeCard(
  book: Book,
  caller: Caller,
  intent: Stripe.PaymentIntent,
  method: string,
  card: Card,
): Stripe.Charge {
  const { verdict } = card;
  const isPaid = verdict.kind === 'approve';
  const charge: Stripe.Charge = {
    id: makeId('ch_3'),
    object: 'charge',
    amount: intent.amount,
    amount_captured: isPaid ? intent.amount : 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: isPaid ? makeId('txn_3') : null,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: 'LOCAL STAND-IN',
    captured: isPaid,
    created: toSeconds(caller.now),
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: isPaid ? null : verdict.code,
    failure_message: isPaid ? null : verdict.message,
    fraud_details: {},
    livemode: false,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: outcomeOf(card),
    paid: isPaid,
    payment_intent: intent.id,
    payment_method: method,
    payment_method_details: { type: 'card', card: cardDetails(card, intent.amount) },
    receipt_email: intent.receipt_email,
    receipt_number: null,
    receipt_url: null,
    refunded: false,
    review: null,
    shipping: null,
    source: null,
    source_transfer: null,
    statement_descriptor: null,
    statement_descriptor_suffix: intent.statement_descriptor_suffix,
    status: isPaid ? 'succeeded' : 'failed',
    transfer_data: null,
    transfer_group: null,
  };
  book.charges.put(charge.id, { account: caller.account, object: charge });
  return charge;
}

function outcomeOf({ verdict }: Card): Stripe.Charge.Outcome {
  const common = { advice_code: null, network_advice_code: null, risk_level: 'normal', risk_score: 12 };
  if (verdict.kind === 'approve') {
    const ok = { network_decline_code: null, network_status: 'approved_by_network', reason: null };
    return { ...common, ...ok, seller_message: 'Payment complete.', type: 'authorized' };
  }
  return {
    ...common,
    network_decline_code: '01',
    network_status: 'declined_by_network',
    reason: verdict.declineCode ?? verdict.code,
    seller_message: 'The bank did not return any further details with this decline.',
    type: 'issuer_declined',
  };
}

function cardDetails(card: Card, amountMinor: number): Stripe.Charge.PaymentMethodDetails.Card {
  return {
    amount_authorized: card.verdict.kind === 'approve' ? amountMinor : null,
    authorization_code: null,
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    exp_month: card.expMonth,
    exp_year: card.expYear,
    funding: 'credit',
    last4: card.last4,
    network: card.brand,
    three_d_secure: null,
    wallet: null,
  } as Stripe.Charge.PaymentMethodDetails.Card;
}
