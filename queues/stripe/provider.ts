import Stripe from 'stripe';
import { DomainError } from '../../domain/error.ts';
import { onAccount, stripeConfig } from '../../domain/payment/connection.ts';
import { paymentFailure } from '../../domain/payment/failure.ts';
import { refundRequest } from '../../domain/payment/refund.ts';
import type { PayableRefund } from '../../domain/payment/refund.ts';
import { readDispute } from './dispute.ts';
import type { ProviderDispute } from './dispute.ts';
import { readWarning } from './warning.ts';
import type { FraudWarning } from './warning.ts';
import { readRefund } from './refund.ts';
import type { RefundFact } from './refund.ts';
import { readIntent } from './intent.ts';
import type { Intent } from './intent.ts';

/**
 * What the consumer asks of the payment provider. `account` is the connected account to act on, null for the platform's
 * own.
 *
 * All throw DomainError `payment.unavailable` when the outcome is unknown, `payment.provider_failed` when the provider
 * refused for good and `payment.account_lost` when the account lets us in no more. All but `intentOfCharge` throw
 * `request.malformed`, which no queue retries, when the answer is not the object that was asked for.
 */
export interface PaymentProvider {
  readonly read: (intentId: string, account: string | null) => Promise<Intent>;
  /** Cancels if the provider still allows it, and answers what the PaymentIntent is then. */
  readonly cancel: (intentId: string, account: string | null) => Promise<Intent>;
  /** Gives money back, or answers the refund made before under the same key, as it was then. */
  readonly refund: (refund: PayableRefund, account: string | null) => Promise<RefundFact>;
  readonly readRefund: (refundId: string, account: string | null) => Promise<RefundFact>;
  /** All refunds of a PaymentIntent, whoever made them. */
  readonly listRefunds: (intentId: string, account: string | null) => Promise<RefundFact[]>;
  readonly readDispute: (disputeId: string, account: string | null) => Promise<ProviderDispute>;
  readonly listDisputes: (intentId: string, account: string | null) => Promise<ProviderDispute[]>;
  readonly readWarning: (warningId: string, account: string | null) => Promise<FraudWarning>;
  /** The PaymentIntent of a charge; null for one that has none. */
  readonly intentOfCharge: (chargeId: string, account: string | null) => Promise<string | null>;
}

export interface StripeAccess {
  readonly secretKey: string;
  /** Another address of the API; empty or undefined means Stripe itself. */
  readonly apiUrl?: string | undefined;
}

// The provider's own bound of a page; the SDK asks for the next ones as long as there are.
const PAGE = 100;
// Far more than the refunds or disputes of one payment can be.
const LIST_MOST = 10_000;

/** The payment provider by Stripe's SDK. Refusals of the SDK's own retries come back through the queue. */
export function stripePayments({ secretKey, apiUrl }: StripeAccess): PaymentProvider {
  const stripe = new Stripe(secretKey, stripeConfig(apiUrl));
  const read: PaymentProvider['read'] = async (intentId, account) =>
    readIntent(await ask(() => stripe.paymentIntents.retrieve(intentId, {}, onAccount(account))), account);
  return {
    read,
    cancel: async (intentId, account) => {
      try {
        const answer = await ask(() => stripe.paymentIntents.cancel(intentId, {}, onAccount(account)));
        return readIntent(answer, account);
      } catch (error) {
        // Paid or cancelled in the meantime: what it is now decides, not what we wanted.
        if (error instanceof DomainError && error.code === 'payment.provider_failed') return read(intentId, account);
        throw error;
      }
    },
    refund: async (refund, account) => {
      const { params, idempotencyKey } = refundRequest(refund);
      const options = { ...onAccount(account), idempotencyKey };
      return readRefund(await ask(() => stripe.refunds.create(params, options)), account);
    },
    readRefund: async (refundId, account) =>
      readRefund(await ask(() => stripe.refunds.retrieve(refundId, {}, onAccount(account))), account),
    listRefunds: async (intentId, account) => {
      const params = { payment_intent: intentId, limit: PAGE };
      const all = await ask(() =>
        stripe.refunds.list(params, onAccount(account)).autoPagingToArray({ limit: LIST_MOST }),
      );
      return all.map((refund) => readRefund(refund, account));
    },
    readDispute: async (disputeId, account) =>
      readDispute(await ask(() => stripe.disputes.retrieve(disputeId, {}, onAccount(account))), account),
    listDisputes: async (intentId, account) => {
      const params = { payment_intent: intentId, limit: PAGE };
      const all = await ask(() =>
        stripe.disputes.list(params, onAccount(account)).autoPagingToArray({ limit: LIST_MOST }),
      );
      return all.map((dispute) => readDispute(dispute, account));
    },
    readWarning: async (warningId, account) =>
      readWarning(
        await ask(() => stripe.radar.earlyFraudWarnings.retrieve(warningId, {}, onAccount(account))),
        account,
      ),
    intentOfCharge: async (chargeId, account) => {
      const { payment_intent: intent } = await ask(() => stripe.charges.retrieve(chargeId, {}, onAccount(account)));
      return typeof intent === 'string' ? intent : (intent?.id ?? null);
    },
  };
}

const REFUSALS = {
  definite_no: 'payment.provider_failed',
  account_lost: 'payment.account_lost',
  unknown: 'payment.unavailable',
} as const;

async function ask<Answer>(call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call();
  } catch (error) {
    throw new DomainError(REFUSALS[paymentFailure(error)], { cause: error });
  }
}
