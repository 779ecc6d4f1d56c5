import type { RefusalCode } from '../error.ts';
import { paymentUnapplied } from '../ledger/money.ts';
import type { Transfer } from '../ledger/transfer.ts';
import { isCaptured } from '../payment/state.ts';
import type { PaymentState } from '../payment/state.ts';
import { grant } from './grant.ts';
import type { Grant, GrantTerms } from './grant.ts';
import { lateHindrance } from './late.ts';
import type { LateCase } from './late.ts';
import type { OrderStatus } from './state.ts';

/** A PaymentIntent recorded with an order. */
export interface RecordedPayment {
  readonly id: string;
  readonly intentId: string;
  /** The connected account it lives on; null for the platform's own. */
  readonly account: string | null;
  readonly state: PaymentState;
}

export interface SettleInput extends GrantTerms {
  readonly order: GrantTerms['order'] & {
    readonly status: OrderStatus;
    /** The connected account the site takes money on; null for the platform's own. */
    readonly account: string | null;
  };
  readonly payments: readonly RecordedPayment[];
  /** What the provider says was captured. */
  readonly fact: {
    readonly intentId: string;
    readonly account: string | null;
    readonly amountMinor: bigint;
    /** In either letter case: the provider writes it small. */
    readonly currency: string;
    /** Read back from the provider, the PaymentIntent names this site and order. Asked only where none is recorded. */
    readonly namesOrder: boolean;
  };
  /** Tier and buyer as they are now, for money that comes when the hold is gone. */
  readonly late: Omit<LateCase, 'now'>;
}

/** The payment a decision is about, and whether its row is there already. */
interface OfPayment {
  readonly paymentId: string;
  readonly isRecorded: boolean;
}

export interface Settle extends Grant, OfPayment {
  readonly kind: 'settle';
  /** The hold is gone: the units come from the stock again. */
  readonly isLate: boolean;
}

export type Settlement =
  | { readonly kind: 'already_applied' }
  /** Nothing is applied; the event is kept and an operator is told. */
  | { readonly kind: 'parked'; readonly reason: RefusalCode }
  | Settle
  /** The money is here, but the order cannot take it any more: an operator decides. */
  | (OfPayment & { readonly kind: 'review'; readonly reason: RefusalCode; readonly transfers: readonly Transfer[] })
  /** The order has its money already: this one goes back. */
  | (OfPayment & {
      readonly kind: 'surplus';
      readonly refund: { readonly id: string; readonly amountMinor: bigint };
      readonly transfers: readonly Transfer[];
    });

/**
 * Decides what a captured payment does to its order.
 *
 * The payment must be the order's own in every respect before anything else is asked: PaymentIntent, account, amount and
 * currency. What was captured before stays as it was decided. An order that waits for its money is paid; one that was
 * expired or cancelled is paid while tier and stock allow, else it goes to review; one that has its money gives the new
 * one back. Money is never dropped: what is not applied is parked, under review, or refunded.
 */
export function decideSettlement(input: SettleInput): Settlement {
  const { order, payments, fact, late, now, newId } = input;
  const recorded = payments.find(({ intentId }) => intentId === fact.intentId);
  if (!isOwnPayment(order, fact, recorded)) return { kind: 'parked', reason: 'payment.mismatch' };
  if (recorded !== undefined && isCaptured(recorded.state)) return { kind: 'already_applied' };
  const of: OfPayment = { paymentId: recorded?.id ?? newId(), isRecorded: recorded !== undefined };
  switch (order.status) {
    case 'pending':
      return { kind: 'settle', ...of, isLate: false, ...grant(input, 'captured') };
    case 'expired':
    case 'cancelled': {
      const reason = lateHindrance({ ...late, now });
      if (reason === null) return { kind: 'settle', ...of, isLate: true, ...grant(input, 'captured') };
      return { kind: 'review', ...of, reason, transfers: [unapplied(order, of)] };
    }
    case 'paid':
    case 'review':
    case 'refunded':
      return {
        kind: 'surplus',
        ...of,
        refund: { id: newId(), amountMinor: order.amountMinor },
        transfers: [unapplied(order, of)],
      };
  }
}

/** What settles an order that costs nothing: no provider is asked, no payment is recorded. */
export type FreeSettlement =
  { readonly kind: 'already_applied' } | ({ readonly kind: 'settle' } & Grant) | { readonly kind: 'ended' };

/**
 * Decides an order of amount zero, which is paid by being placed.
 *
 * @returns `ended` when it was cancelled or has expired before anybody settled it.
 * @throws TypeError when the order costs something.
 */
export function decideFreeSettlement(terms: GrantTerms, status: OrderStatus): FreeSettlement {
  if (terms.order.amountMinor !== 0n) throw new TypeError('This order costs something.');
  switch (status) {
    case 'pending':
      return { kind: 'settle', ...grant(terms, 'captured') };
    case 'paid':
    case 'refunded':
      return { kind: 'already_applied' };
    case 'cancelled':
    case 'expired':
    case 'review':
      return { kind: 'ended' };
  }
}

function isOwnPayment(
  order: SettleInput['order'],
  fact: SettleInput['fact'],
  recorded: RecordedPayment | undefined,
): boolean {
  const isKnown = recorded !== undefined || fact.namesOrder;
  const account = recorded === undefined ? order.account : recorded.account;
  return (
    isKnown &&
    fact.account === account &&
    fact.amountMinor === order.amountMinor &&
    fact.currency.toUpperCase() === order.currency
  );
}

function unapplied({ currency, amountMinor }: SettleInput['order'], { paymentId }: OfPayment): Transfer {
  return paymentUnapplied({ paymentId, currency, amountMinor });
}
