import type Stripe from 'stripe';
import { recordMovement } from './balance_transaction.ts';
import { childrenOf, findOwn, idOf, keep, link, makeId, toSeconds } from './book.ts';
import type { Book, Caller } from './book.ts';
import { saveCharge } from './charge.ts';
import { decimalsOf, showAmount } from './currency.ts';
import { reviseWarnings } from './early_fraud_warning.ts';
import { StripeFailure, invalidParameter, missingObject } from './error.ts';
import { emit } from './event.ts';
import { groupOf, textOf } from './form.ts';
import type { Form } from './form.ts';
import { checkMetadata } from './metadata.ts';
import { checkNames } from './payment_intent.ts';

const REASONS = ['duplicate', 'fraudulent', 'requested_by_customer'];

/**
 * `POST /v1/refunds`. The money leaves the balance at once, whatever becomes of the refund.
 *
 * @throws StripeFailure 400 for more than is left, a charge that is refunded already, or one that was charged back
 */
export function createRefund(book: Book, caller: Caller, form: Form): Stripe.Refund {
  checkNames(form, ['charge', 'payment_intent', 'amount', 'reason', 'metadata']);
  const reason = textOf(form, 'reason') ?? null;
  if (reason !== null && !REASONS.includes(reason)) {
    throw invalidParameter('reason', 'parameter_invalid', `Invalid reason: must be one of ${REASONS.join(', ')}`);
  }
  const metadata = checkMetadata(groupOf(form, 'metadata'));
  const charge = findCharge(book, caller, form);
  const amountMinor = checkRefundable(book, caller, charge, textOf(form, 'amount'));
  const card = book.methods.get(charge.payment_method ?? '')?.object;
  const isPending = card?.aftermath === 'refund_succeeds_later';
  const { currency } = charge;
  const id = makeId('re_3');
  const movement = recordMovement(book, caller, {
    ...({ type: 'refund', reportingCategory: 'refund' } as const),
    ...{
      amountMinor: -amountMinor,
      feeMinor: 0,
      currency,
      source: id,
      description: `REFUND FOR CHARGE (${charge.id})`,
    },
  });
  const refund = saveRefund(book, caller, {
    id,
    object: 'refund',
    amount: amountMinor,
    balance_transaction: movement.id,
    charge: charge.id,
    created: toSeconds(caller.now),
    currency,
    customer: null,
    customer_account: null,
    destination_details: { card: { type: isPending ? 'pending' : 'refund' }, type: 'card' },
    metadata,
    payment_intent: charge.payment_intent,
    payment_method: charge.payment_method,
    ...(isPending ? { pending_reason: 'processing' as const } : {}),
    reason,
    receipt_number: null,
    source_transfer_reversal: null,
    status: isPending ? 'pending' : 'succeeded',
    transfer_reversal: null,
  });
  link(book, charge.id, id);
  link(book, idOf(charge.payment_intent), id);
  const refundedMinor = charge.amount_refunded + amountMinor;
  const changed = saveCharge(book, caller, {
    ...charge,
    amount_refunded: refundedMinor,
    refunded: refundedMinor === charge.amount,
  });
  emit(book, caller, 'refund.created', refund);
  emit(book, caller, 'charge.refunded', changed);
  reviseWarnings(book, caller, changed);
  if (isPending) book.agenda.schedule(caller, 'refund_succeeds', id);
  if (card?.aftermath === 'refund_fails_later') book.agenda.schedule(caller, 'refund_fails', id);
  return refund;
}

/** The refunds of a charge or a PaymentIntent, oldest first. */
export function refundsOf(book: Book, caller: Caller, parent: string): Stripe.Refund[] {
  return childrenOf(book, book.refunds, caller, parent, 're_');
}

/** Stores a new or changed refund. */
export function saveRefund(book: Book, caller: Caller, refund: Stripe.Refund): Stripe.Refund {
  return keep(book.refunds, caller, refund);
}

function findCharge(book: Book, caller: Caller, form: Form): Stripe.Charge {
  const chargeId = textOf(form, 'charge');
  const intentId = textOf(form, 'payment_intent');
  if (chargeId !== undefined && intentId !== undefined) {
    throw refuse('You may only specify one of these parameters: charge, payment_intent.');
  }
  if (chargeId !== undefined) {
    const charge = findOwn(book.charges, chargeId, caller);
    if (charge === undefined) throw missingObject('charge', chargeId, 'charge');
    if (charge.status !== 'succeeded') throw refuse(`Charge ${chargeId} was not paid and cannot be refunded.`);
    return charge;
  }
  if (intentId === undefined) {
    throw refuse('One of the following params should be provided for this request: payment_intent or charge.');
  }
  const intent = findOwn(book.intents, intentId, caller);
  if (intent === undefined) throw missingObject('payment_intent', intentId, 'payment_intent');
  const charge = findOwn(book.charges, idOf(intent.latest_charge), caller);
  if (charge?.status !== 'succeeded') {
    throw refuse(`This PaymentIntent (${intentId}) does not have a successful charge to refund.`);
  }
  return charge;
}

function checkRefundable(book: Book, caller: Caller, charge: Stripe.Charge, amountText: string | undefined): number {
  const disputes = childrenOf(book, book.disputes, caller, charge.id, 'du_');
  if (disputes.some((dispute) => !dispute.is_charge_refundable)) {
    throw refuse(`Charge ${charge.id} has been charged back; cannot issue a refund.`, 'charge_disputed');
  }
  const leftMinor = charge.amount - charge.amount_refunded;
  if (leftMinor === 0) throw refuse(`Charge ${charge.id} has already been refunded.`, 'charge_already_refunded');
  if (amountText === undefined) return leftMinor;
  const amountMinor = /^\d{1,15}$/.test(amountText) ? Number.parseInt(amountText, 10) : 0;
  if (amountMinor === 0) {
    throw invalidParameter('amount', 'parameter_invalid_integer', 'Invalid positive integer');
  }
  if (decimalsOf(charge.currency) === 3 && amountMinor % 10 !== 0) {
    const message = `Invalid amount: the last digit of an amount in ${charge.currency} must be 0.`;
    throw invalidParameter('amount', 'parameter_invalid_integer', message);
  }
  if (amountMinor > leftMinor) {
    const [asked, left] = [amountMinor, leftMinor].map((minor) => showAmount(minor, charge.currency));
    const message = `Refund amount (${asked ?? ''}) is greater than unrefunded amount on charge (${left ?? ''})`;
    throw new StripeFailure(400, { type: 'invalid_request_error', param: 'amount', message });
  }
  return amountMinor;
}

function refuse(message: string, code?: string): StripeFailure {
  return new StripeFailure(400, { type: 'invalid_request_error', ...(code === undefined ? {} : { code }), message });
}
