import type Stripe from 'stripe';
import { disputeFee, recordMovement } from './balance_transaction.ts';
import { childrenOf, idOf, keep, link, makeId, toSeconds } from './book.ts';
import type { Book, Caller } from './book.ts';
import { saveCharge } from './charge.ts';
import { NO_EVIDENCE } from './evidence.ts';
import { StripeFailure } from './error.ts';
import { emit } from './event.ts';
import { reviseWarnings } from './early_fraud_warning.ts';

/** Why buyers dispute, as Stripe groups the networks' codes. */
export const DISPUTE_REASONS = [
  ...['bank_cannot_process', 'check_returned', 'credit_not_processed', 'customer_initiated', 'debit_not_authorized'],
  ...['duplicate', 'fraudulent', 'general', 'incorrect_account_details', 'insufficient_funds', 'noncompliant'],
  ...['product_not_received', 'product_unacceptable', 'subscription_canceled', 'unrecognized'],
];

/** From which state of a dispute to which. An inquiry (`warning_…`) moves no money until it becomes a chargeback. */
const MOVES = {
  warning_needs_response: ['warning_under_review', 'warning_closed', 'needs_response'],
  warning_under_review: ['warning_closed', 'needs_response'],
  needs_response: ['under_review', 'won', 'lost'],
  under_review: ['won', 'lost'],
  won: [],
  lost: [],
  warning_closed: [],
} as const satisfies Record<string, readonly string[]>;

type Status = keyof typeof MOVES;

/** Whether a text names a state that a dispute can be in here. */
export function isDisputeStatus(text: unknown): text is Status {
  return typeof text === 'string' && Object.hasOwn(MOVES, text);
}

/** What a dispute begins with. */
export interface Opening {
  status: 'needs_response' | 'warning_needs_response';
  reason: string;
  /** What is left of the charge after refunds if absent, or the whole of one that was refunded entirely. */
  amountMinor?: number;
}

const RESPONSE_DAYS = 9;

/**
 * A buyer disputes a charge at the bank: a chargeback takes the money and a fee at once, an inquiry only asks.
 *
 * @throws StripeFailure 400 if the charge was not paid, has an open dispute or was lost, or the amount does not fit
 */
export function openDispute(book: Book, caller: Caller, charge: Stripe.Charge, opening: Opening): Stripe.Dispute {
  const leftMinor = charge.amount - charge.amount_refunded;
  const { status, reason, amountMinor = leftMinor > 0 ? leftMinor : charge.amount } = opening;
  if (charge.status !== 'succeeded') throw refuse(`Charge ${charge.id} was not paid and cannot be disputed.`);
  const earlier = childrenOf(book, book.disputes, caller, charge.id, 'du_');
  if (earlier.some((dispute) => dispute.status !== 'won' && dispute.status !== 'warning_closed')) {
    throw refuse(`Charge ${charge.id} is disputed already.`, 'charge_disputed');
  }
  if (!Number.isInteger(amountMinor) || amountMinor < 1 || amountMinor > charge.amount) {
    throw refuse('The amount of a dispute is at least 1 and at most that of the charge.');
  }
  const id = makeId('du_1');
  const opened = saveDispute(book, caller, draft(id, caller, charge, { status, reason, amountMinor }));
  link(book, charge.id, id);
  link(book, idOf(charge.payment_intent), id);
  const changed = saveCharge(book, caller, { ...charge, disputed: true });
  const dispute = status === 'needs_response' ? takeMoney(book, caller, opened) : opened;
  emit(book, caller, 'charge.dispute.created', dispute);
  if (status === 'needs_response') emit(book, caller, 'charge.dispute.funds_withdrawn', dispute);
  reviseWarnings(book, caller, changed);
  return dispute;
}

/**
 * Moves a dispute on, as the bank or the network does.
 *
 * @throws StripeFailure 400 if it cannot go there from where it is
 */
export function moveDispute(book: Book, caller: Caller, dispute: Stripe.Dispute, to: Status): Stripe.Dispute {
  const reachable: readonly string[] = isDisputeStatus(dispute.status) ? MOVES[dispute.status] : [];
  if (!reachable.includes(to)) throw refuse(`A dispute cannot go from ${dispute.status} to ${to}.`);
  const isOver = to === 'won' || to === 'lost' || to === 'warning_closed';
  const moved = saveDispute(book, caller, {
    ...dispute,
    evidence_details: {
      ...dispute.evidence_details,
      submission_count: to.endsWith('under_review') ? 1 : dispute.evidence_details.submission_count,
    },
    is_charge_refundable: to !== 'needs_response' && to !== 'under_review' && to !== 'lost',
    status: to,
  });
  if (to === 'needs_response') {
    const withdrawn = takeMoney(book, caller, moved);
    emit(book, caller, 'charge.dispute.updated', withdrawn);
    emit(book, caller, 'charge.dispute.funds_withdrawn', withdrawn);
    return withdrawn;
  }
  const ended = to === 'won' ? giveBack(book, caller, moved) : moved;
  emit(book, caller, isOver ? 'charge.dispute.closed' : 'charge.dispute.updated', ended);
  if (to === 'won') emit(book, caller, 'charge.dispute.funds_reinstated', ended);
  return ended;
}

/**
 * `POST /v1/disputes/:id/close`: the merchant accepts the dispute, which loses it for good.
 *
 * @throws StripeFailure 400 unless a response is still expected
 */
export function closeDispute(book: Book, caller: Caller, dispute: Stripe.Dispute): Stripe.Dispute {
  if (dispute.status === 'needs_response') return moveDispute(book, caller, dispute, 'lost');
  if (dispute.status === 'warning_needs_response') return moveDispute(book, caller, dispute, 'warning_closed');
  throw refuse(`This dispute has a status of ${dispute.status} and can no longer be closed.`);
}

function saveDispute(book: Book, caller: Caller, dispute: Stripe.Dispute): Stripe.Dispute {
  return keep(book.disputes, caller, dispute);
}

function takeMoney(book: Book, caller: Caller, dispute: Stripe.Dispute): Stripe.Dispute {
  const { id, amount, currency } = dispute;
  const movement = recordMovement(book, caller, {
    ...({ type: 'adjustment', reportingCategory: 'dispute' } as const),
    ...{ amountMinor: -amount, feeMinor: disputeFee(book, currency), currency, source: id },
    description: `Chargeback withdrawal for ${idOf(dispute.charge)}`,
  });
  return saveDispute(book, caller, {
    ...dispute,
    balance_transactions: [...dispute.balance_transactions, movement],
  });
}

function giveBack(book: Book, caller: Caller, dispute: Stripe.Dispute): Stripe.Dispute {
  const { id, amount, currency } = dispute;
  const movement = recordMovement(book, caller, {
    ...({ type: 'adjustment', reportingCategory: 'dispute_reversal' } as const),
    ...{ amountMinor: amount, feeMinor: 0, currency, source: id },
    description: `Chargeback reversal for ${idOf(dispute.charge)}`,
  });
  return saveDispute(book, caller, { ...dispute, balance_transactions: [...dispute.balance_transactions, movement] });
}

function draft(id: string, caller: Caller, charge: Stripe.Charge, opening: Required<Opening>): Stripe.Dispute {
  const isInquiry = opening.status === 'warning_needs_response';
  const { brand } = charge.payment_method_details?.card ?? { brand: 'visa' };
  return {
    id,
    object: 'dispute',
    amount: opening.amountMinor,
    balance_transactions: [],
    charge: charge.id,
    created: toSeconds(caller.now),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: NO_EVIDENCE,
    evidence_details: {
      due_by: toSeconds(caller.now) + RESPONSE_DAYS * 86_400,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'not_submitted',
    },
    intended_submission_method: null,
    is_charge_refundable: isInquiry,
    livemode: caller.isLive,
    metadata: {},
    payment_intent: charge.payment_intent,
    payment_method_details: {
      card: {
        brand: brand ?? 'visa',
        case_type: isInquiry ? 'inquiry' : 'chargeback',
        network: brand ?? 'visa',
        network_reason_code: '83',
      },
      type: 'card',
    },
    reason: opening.reason,
    status: opening.status,
  };
}

function refuse(message: string, code?: string): StripeFailure {
  return new StripeFailure(400, { type: 'invalid_request_error', ...(code === undefined ? {} : { code }), message });
}
