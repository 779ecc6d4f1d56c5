import type Stripe from 'stripe';
import { keep, link, makeId, toSeconds } from './book.ts';
import type { Book, Caller } from './book.ts';
import { decimalsOf } from './currency.ts';

/** A movement of money on an account's balance at the provider. Amounts are minor units, with their sign. */
export interface Movement {
  type: 'adjustment' | 'charge' | 'payment' | 'payout' | 'payout_failure' | 'refund' | 'refund_failure';
  reportingCategory:
    'charge' | 'dispute' | 'dispute_reversal' | 'payout' | 'payout_reversal' | 'refund' | 'refund_failure';
  amountMinor: number;
  feeMinor: number;
  currency: string;
  /** The charge, refund, dispute or payout behind it. */
  source: string;
  description?: string | null;
}

/** Records a movement, changes the account's balance by its net, and makes it part of the next payout. */
export function recordMovement(book: Book, caller: Caller, movement: Movement): Stripe.BalanceTransaction {
  const { amountMinor, feeMinor, currency, source, description = null } = movement;
  const transaction: Stripe.BalanceTransaction = {
    id: makeId('txn_3'),
    object: 'balance_transaction',
    amount: amountMinor,
    // The imitated account has its money at once, which spares the tests a wait of days.
    available_on: toSeconds(caller.now),
    balance_type: 'payments',
    created: toSeconds(caller.now),
    currency,
    description,
    exchange_rate: null,
    fee: feeMinor,
    fee_details: feeMinor === 0 ? [] : [feeDetail(feeMinor, currency, movement)],
    net: amountMinor - feeMinor,
    reporting_category: movement.reportingCategory,
    source,
    status: 'available',
    type: movement.type,
  };
  keep(book.movements, caller, transaction);
  link(book, source, transaction.id);
  link(book, unpaidOf(caller, currency), transaction.id);
  const purse = purseOf(caller, currency);
  const before = book.balances.get(purse)?.amountMinor ?? 0;
  book.balances.put(purse, { currency, amountMinor: before + transaction.net });
  return transaction;
}

/** Under which name the movements are linked that no payout has brought out yet. */
export function unpaidOf(caller: Caller, currency: string): string {
  return `unpaid:${purseOf(caller, currency)}`;
}

/** Under which name the balance of a currency is kept. */
export function purseOf(caller: Caller, currency = ''): string {
  return `${caller.account ?? 'platform'}:${caller.isLive ? 'live' : 'test'}:${currency}`;
}

/** What the provider keeps of a charge, in minor units; whole tens where the last digit must be 0. */
export function chargeFee(book: Book, amountMinor: number, currency: string): number {
  const { basisPoints, fixedMinor } = book.fee;
  const unitMinor = decimalsOf(currency) === 3 ? 10 : 1;
  return Math.round((amountMinor * basisPoints) / 10_000 / unitMinor) * unitMinor + fixedMinor * unitMinor;
}

/** What a dispute costs, won or lost: 15 of the currency's units, 1500 yen. Nothing if no fees are charged at all. */
export function disputeFee(book: Book, currency: string): number {
  const { basisPoints, fixedMinor } = book.fee;
  if (basisPoints === 0 && fixedMinor === 0) return 0;
  return decimalsOf(currency) === 3 ? 15_000 : 1_500;
}

function feeDetail(amountMinor: number, currency: string, { type }: Movement): Stripe.BalanceTransaction.FeeDetail {
  const description = type === 'adjustment' ? 'Dispute fee' : 'Stripe processing fees';
  return { amount: amountMinor, application: null, currency, description, type: 'stripe_fee' };
}
