import Stripe from 'stripe';
import { refundLines, type Line } from '../../domain/reconciliation/compare.ts';
import type { Day } from '../../domain/reconciliation/day.ts';
import { onAccount, stripeConfig } from '../../domain/payment/connection.ts';
import { refundStateOf } from '../../domain/refund/state.ts';
import { DomainError } from '../../domain/error.ts';
import { readDispute, type ProviderDispute } from '../stripe/dispute.ts';
import type { StripeAccess } from '../stripe/provider.ts';
import { reference } from '../stripe/reference.ts';
import { readRefund, type RefundFact } from '../stripe/refund.ts';

/** A movement of money on the balance of an account at the provider, as far as it concerns us. */
export interface Movement {
  /** The provider's id. */
  readonly id: string;
  /** The PaymentIntent whose money moved; null for what belongs to none. */
  readonly intentId: string | null;
  /** The site named in the metadata of a charge; null where there is none. */
  readonly siteCode: string | null;
  /** What the object behind it came to so far, in all. */
  readonly lines: readonly Line[];
  /** What the provider kept, minor units of `currency`; negative where it was given back. */
  readonly feeMinor: bigint;
  /** What went to the account's bank; negative where it came back, 0 for anything else. */
  readonly bankMinor: bigint;
  /** What the balance has more of in all. */
  readonly netMinor: bigint;
  /** Of the balance, ISO 4217 in capitals. */
  readonly currency: string;
}

/** All movements of a day on an account; null is the platform's own. */
export type ListMovements = (account: string | null, day: Day) => Promise<Movement[]>;

/** The SDK’s own bound of what it lists at once; a hundred requests. A day with more is told of. */
export const MOVEMENTS_MOST = 10_000;
const PAGE = 100;

/**
 * Lists an account's balance transactions by Stripe's SDK.
 *
 * @returns a function that throws DomainError `payment.unavailable` (retry).
 */
export function stripeMovements({ secretKey, apiUrl }: StripeAccess): ListMovements {
  const stripe = new Stripe(secretKey, stripeConfig(apiUrl));
  return async (account, { from, to }) => {
    const created = { gte: seconds(from), lt: seconds(to) };
    try {
      const all = await stripe.balanceTransactions
        .list({ created, limit: PAGE, expand: ['data.source'] }, onAccount(account))
        .autoPagingToArray({ limit: MOVEMENTS_MOST });
      return all.map((transaction) => readMovement(transaction, account));
    } catch (error) {
      throw new DomainError('payment.unavailable', { cause: error });
    }
  };
}

const seconds = (at: Date): number => Math.floor(at.getTime() / 1_000);

/** Reads a balance transaction whose source was expanded. */
export function readMovement(transaction: Stripe.BalanceTransaction, account: string | null): Movement {
  const { id, source, fee, amount, net, type } = transaction;
  const currency = transaction.currency.toUpperCase();
  const isBank = type === 'payout' || type === 'payout_cancel' || type === 'payout_failure';
  const bankMinor = isBank ? BigInt(-amount) : 0n;
  const of = { id, currency, feeMinor: BigInt(fee), bankMinor, netMinor: BigInt(net) };
  const none: Movement = { ...of, intentId: null, siteCode: null, lines: [] };
  if (source === null || typeof source === 'string') return none;
  switch (source.object) {
    case 'charge': {
      const intentId = reference.parse(source.payment_intent);
      if (intentId === null) return none;
      const line = {
        reference: intentId,
        currency: source.currency.toUpperCase(),
        minor: BigInt(source.amount_captured),
      };
      return { ...of, intentId, siteCode: source.metadata['site'] ?? null, lines: [{ kind: 'charge', ...line }] };
    }
    case 'refund': {
      const refund = readRefund(source, account);
      return { ...none, intentId: refund.intentId, lines: linesOfRefund(refund) };
    }
    case 'dispute': {
      const dispute = readDispute(source, account);
      return { ...none, intentId: dispute.intentId, lines: disputeLines(dispute) };
    }
    default:
      return none;
  }
}

/** What a refund has taken, and what of it came back. */
export function linesOfRefund({ id, status, amountMinor: minor, currency }: RefundFact): Line[] {
  return refundLines({ reference: id, currency: currency.toUpperCase(), minor, state: refundStateOf(status) });
}

/** What a bank took for a dispute and what it gave back, in all. */
export function disputeLines({ id, currency, withdrawnMinor, reinstatedMinor }: ProviderDispute): Line[] {
  const of = { reference: id, currency: currency.toUpperCase() };
  return [
    { kind: 'dispute_withdrawn', ...of, minor: withdrawnMinor },
    { kind: 'dispute_reinstated', ...of, minor: reinstatedMinor },
  ];
}
