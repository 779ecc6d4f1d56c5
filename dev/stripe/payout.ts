import type Stripe from 'stripe';
import { purseOf, recordMovement, unpaidOf } from './balance_transaction.ts';
import { keep, link, makeId, toSeconds } from './book.ts';
import type { Book, Caller } from './book.ts';
import { StripeFailure } from './error.ts';
import { emit } from './event.ts';

/** Under which name the movements are linked that a payout has brought out. */
export function paidBy(payoutId: string): string {
  return `payout:${payoutId}`;
}

/** `GET /v1/balance`: everything is available at once. */
export function showBalance(book: Book, caller: Caller): Stripe.Balance {
  const purses = book.balances.list(purseOf(caller));
  const amounts = purses.map(({ currency, amountMinor }) => ({
    amount: amountMinor,
    currency,
    source_types: { card: amountMinor },
  }));
  const pending = purses.map(({ currency }) => ({ amount: 0, currency, source_types: { card: 0 } }));
  return { object: 'balance', available: amounts, livemode: caller.isLive, pending };
}

/** Pays an account's balance out to its bank, one payout a currency. What is in debt or empty stays. */
export function payOut(book: Book, caller: Caller): Stripe.Payout[] {
  return book.balances
    .list(purseOf(caller))
    .filter(({ amountMinor }) => amountMinor > 0)
    .map(({ currency, amountMinor }) => payOutCurrency(book, caller, currency, amountMinor));
}

function payOutCurrency(book: Book, caller: Caller, currency: string, amountMinor: number): Stripe.Payout {
  const id = makeId('po_1');
  const movement = recordMovement(book, caller, {
    ...({ type: 'payout', reportingCategory: 'payout' } as const),
    ...{ amountMinor: -amountMinor, feeMinor: 0, currency, source: id, description: 'STRIPE PAYOUT' },
  });
  const unpaid = unpaidOf(caller, currency);
  for (const transaction of book.links.list(`${unpaid} `)) {
    book.links.remove(`${unpaid} ${transaction}`);
    link(book, paidBy(id), transaction);
  }
  const payout = keep<Stripe.Payout>(book.payouts, caller, {
    id,
    object: 'payout',
    amount: amountMinor,
    application_fee: null,
    application_fee_amount: null,
    arrival_date: toSeconds(caller.now),
    automatic: true,
    balance_transaction: movement.id,
    created: toSeconds(caller.now),
    currency,
    description: 'STRIPE PAYOUT',
    destination: null,
    failure_balance_transaction: null,
    failure_code: null,
    failure_message: null,
    livemode: caller.isLive,
    metadata: {},
    method: 'standard',
    original_payout: null,
    payout_method: null,
    reconciliation_status: 'completed',
    reversed_by: null,
    source_type: 'card',
    statement_descriptor: null,
    status: 'paid',
    trace_id: null,
    type: 'bank_account',
  });
  emit(book, caller, 'payout.created', { ...payout, status: 'pending' });
  emit(book, caller, 'payout.paid', payout);
  return payout;
}

/**
 * The bank sends a payout back, and its money is on the account's balance again.
 *
 * @throws StripeFailure 400 for one that failed before
 */
export function failPayout(book: Book, caller: Caller, payout: Stripe.Payout): Stripe.Payout {
  if (payout.status === 'failed') {
    throw new StripeFailure(400, { type: 'invalid_request_error', message: 'This payout has failed already.' });
  }
  const movement = recordMovement(book, caller, {
    ...({ type: 'payout_failure', reportingCategory: 'payout_reversal' } as const),
    ...{ amountMinor: payout.amount, feeMinor: 0, currency: payout.currency, source: payout.id },
    description: 'STRIPE PAYOUT FAILURE',
  });
  const failed = keep<Stripe.Payout>(book.payouts, caller, {
    ...payout,
    ...{ status: 'failed', failure_balance_transaction: movement.id, failure_code: 'account_closed' },
    failure_message: 'The bank account has been closed.',
  });
  emit(book, caller, 'payout.failed', failed);
  return failed;
}
