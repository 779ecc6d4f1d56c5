import { disputeStanding, isInquiry } from '../dispute/status.ts';
import type { PaymentState } from '../payment/state.ts';
import { isPending, isTaken } from './state.ts';
import type { RefundState } from './state.ts';

/** A refund as far as it counts against a payment. */
export interface RefundShare {
  readonly state: RefundState;
  readonly amountMinor: bigint;
}

/** A dispute as far as it counts against a payment. */
export interface DisputeShare {
  /** The provider's word. */
  readonly status: string;
  /** What the buyer's bank asks for. */
  readonly amountMinor: bigint;
  /** What is written off as lost. */
  readonly lostMinor: bigint;
}

/** One captured payment and everything that takes from it. Minor units. */
export interface CapturedMoney {
  readonly capturedMinor: bigint;
  readonly refunds: readonly RefundShare[];
  readonly disputes: readonly DisputeShare[];
}

/**
 * What is gone for good: refunds that were given, and what disputes lost. Refunds may add up to more than was captured when
 * one that failed was made anew: the second gives what the first still owed, and nothing more is gone.
 */
export function goneMinor({ capturedMinor, refunds, disputes }: CapturedMoney): bigint {
  const takenMinor = takenByRefunds(refunds);
  const refundedMinor = takenMinor < capturedMinor ? takenMinor : capturedMinor;
  return refundedMinor + sum(disputes.map(({ lostMinor }) => lostMinor));
}

/** What all refunds that took their share come to, those that failed and were made anew counted twice. */
export function takenByRefunds(refunds: readonly RefundShare[]): bigint {
  return sum(refunds.filter(({ state }) => isTaken(state)).map(({ amountMinor }) => amountMinor));
}

/** What refunds that are not decided yet will take. */
export function pendingMinor(refunds: readonly RefundShare[]): bigint {
  return sum(refunds.filter(({ state }) => isPending(state)).map(({ amountMinor }) => amountMinor));
}

/**
 * What can still be refunded: refunds and disputes share one amount, so that nothing is given back twice. An open dispute
 * holds all it asks for; an inquiry takes nothing, and a refund is how one is kept from becoming a dispute.
 */
export function reversibleMinor(money: CapturedMoney): bigint {
  const atStake = sum(
    money.disputes.map(({ status, amountMinor, lostMinor }) =>
      disputeStanding(status) === 'open' && !isInquiry(status) && amountMinor > lostMinor
        ? amountMinor - lostMinor
        : 0n,
    ),
  );
  const left = money.capturedMinor - goneMinor(money) - pendingMinor(money.refunds) - atStake;
  return left > 0n ? left : 0n;
}

/**
 * What of a payment has to go back once a dispute of it has ended in the site's favour. While it was open the provider
 * refused to refund, and of a payment that came on top of its order's own nobody would ask again.
 *
 * @returns minor units; 0 for any other payment, and while something is still open.
 */
export function surplusLeftMinor(state: PaymentState, disputeStatus: string, money: CapturedMoney): bigint {
  return state === 'surplus' && disputeStanding(disputeStatus) === 'released' ? reversibleMinor(money) : 0n;
}

function sum(amounts: readonly bigint[]): bigint {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
