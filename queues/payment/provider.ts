import Stripe from 'stripe';
import { DomainError } from '../../domain/error.ts';
import { onAccount, stripeConfig } from '../../domain/payment/connection.ts';
import { paymentIntentRequest } from '../../domain/payment/intent.ts';
import type { PayableOrder } from '../../domain/payment/intent.ts';
import { readIntent } from './intent.ts';
import type { Intent } from './intent.ts';

/**
 * What the consumer asks of the payment provider. `account` is the connected account to act on, null for the platform's
 * own. All throw DomainError `payment.unavailable` when the outcome is unknown and `payment.provider_failed` when the
 * provider refused for good.
 */
export interface PaymentProvider {
  /** Makes the order's PaymentIntent, or answers the one made before: the order is the idempotency key. */
  readonly create: (order: PayableOrder, account: string | null) => Promise<Intent>;
  readonly read: (intentId: string, account: string | null) => Promise<Intent>;
  /** Cancels if the provider still allows it, and answers what the PaymentIntent is then. */
  readonly cancel: (intentId: string, account: string | null) => Promise<Intent>;
}

export interface StripeAccess {
  readonly secretKey: string;
  /** Another address of the API; empty or undefined means Stripe itself. */
  readonly apiUrl?: string | undefined;
}

/** The payment provider by Stripe's SDK. Refusals of the SDK's own retries come back through the queue. */
export function stripePayments({ secretKey, apiUrl }: StripeAccess): PaymentProvider {
  const stripe = new Stripe(secretKey, stripeConfig(apiUrl));
  const read: PaymentProvider['read'] = (intentId, account) =>
    ask(account, () => stripe.paymentIntents.retrieve(intentId, {}, onAccount(account)));
  return {
    read,
    create: (order, account) => {
      const { params, idempotencyKey } = paymentIntentRequest(order);
      return ask(account, () => stripe.paymentIntents.create(params, { ...onAccount(account), idempotencyKey }));
    },
    cancel: async (intentId, account) => {
      try {
        return await ask(account, () => stripe.paymentIntents.cancel(intentId, {}, onAccount(account)));
      } catch (error) {
        // Paid or cancelled in the meantime: what it is now decides, not what we wanted.
        if (error instanceof DomainError && error.code === 'payment.provider_failed') return read(intentId, account);
        throw error;
      }
    },
  };
}

async function ask(account: string | null, call: () => Promise<unknown>): Promise<Intent> {
  let answer: unknown;
  try {
    answer = await call();
  } catch (error) {
    throw new DomainError(isDefiniteNo(error) ? 'payment.provider_failed' : 'payment.unavailable', { cause: error });
  }
  return readIntent(answer, account);
}

/** Only a refusal of the request itself is a definite no; a bad key, a conflict or a time-out says nothing about it. */
export function isDefiniteNo(error: unknown): boolean {
  return error instanceof Stripe.errors.StripeInvalidRequestError;
}
