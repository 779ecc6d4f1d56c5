import type Stripe from 'stripe';
import { chargeFee, recordMovement } from './balance_transaction.ts';
import { keep, link, makeId, toSeconds } from './book.ts';
import type { Book, Caller } from './book.ts';
import type { Card } from './card.ts';

/**
 * Charges a card for a PaymentIntent and stores the outcome: success, failure, or neither yet.
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
    amount_captured: 0,
    amount_refunded: 0,
    application: null,
    application_fee: null,
    application_fee_amount: null,
    balance_transaction: null,
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    calculated_statement_descriptor: 'LOCAL STAND-IN',
    captured: verdict.kind !== 'decline',
    created: toSeconds(caller.now),
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: false,
    failure_balance_transaction: null,
    failure_code: verdict.kind === 'decline' ? verdict.code : null,
    failure_message: verdict.kind === 'decline' ? verdict.message : null,
    fraud_details: {},
    livemode: intent.livemode,
    metadata: { ...intent.metadata },
    on_behalf_of: null,
    outcome: outcomeOf(card),
    paid: false,
    payment_intent: intent.id,
    payment_method: method,
    payment_method_details:
      card.type === undefined
        ? { type: 'card', card: cardDetails(card, intent.amount) }
        : { type: card.type, us_bank_account: bankDetails(card) },
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
    status: verdict.kind === 'decline' ? 'failed' : 'pending',
    transfer_data: null,
    transfer_group: null,
  };
  link(book, intent.id, charge.id);
  return isPaid ? collectCharge(book, caller, charge, card) : saveCharge(book, caller, charge);
}

/** Turns a charge that is no failure into money on the account's balance. */
export function collectCharge(
  book: Book,
  caller: Caller,
  charge: Stripe.Charge,
  card: Card | undefined,
): Stripe.Charge {
  const movement = recordMovement(book, caller, {
    ...{ type: card?.type === undefined ? ('charge' as const) : ('payment' as const), reportingCategory: 'charge' },
    ...{ amountMinor: charge.amount, feeMinor: chargeFee(book, charge.amount, charge.currency) },
    ...{ currency: charge.currency, source: charge.id, description: charge.description },
  });
  return saveCharge(book, caller, {
    ...charge,
    amount_captured: charge.amount,
    balance_transaction: movement.id,
    paid: true,
    status: 'succeeded',
  });
}

/** Stores a new or changed charge. */
export function saveCharge(book: Book, caller: Caller, charge: Stripe.Charge): Stripe.Charge {
  return keep(book.charges, caller, charge);
}

function outcomeOf({ verdict }: Card): Stripe.Charge.Outcome {
  const common = { advice_code: null, network_advice_code: null, risk_level: 'normal', risk_score: 12 };
  if (verdict.kind !== 'decline') {
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
    amount_authorized: card.verdict.kind === 'decline' ? null : amountMinor,
    authorization_code: null,
    brand: card.brand,
    checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
    country: 'US',
    exp_month: card.expMonth,
    exp_year: card.expYear,
    funding: 'credit',
    last4: card.last4,
    network: card.brand,
    three_d_secure: card.needsAuthentication === true ? AUTHENTICATED : null,
    wallet: null,
  } as Stripe.Charge.PaymentMethodDetails.Card;
}

const AUTHENTICATED = {
  authentication_flow: 'challenge',
  electronic_commerce_indicator: '05',
  exemption_indicator: null,
  result: 'authenticated',
  result_reason: null,
  transaction_id: null,
  version: '2.2.0',
};

function bankDetails({ last4 }: Card): Stripe.Charge.PaymentMethodDetails.UsBankAccount {
  const holder = {
    account_holder_type: 'individual',
    account_type: 'checking',
    bank_name: 'STRIPE TEST BANK',
  } as const;
  return { ...holder, fingerprint: null, last4, payment_reference: null, routing_number: '110000000' };
}
