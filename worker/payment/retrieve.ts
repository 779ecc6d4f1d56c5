import type Stripe from 'stripe';
import { onAccount } from '../../domain/payment/connection.ts';
import type { Env } from '../env.ts';
import { paymentRefusal, stripeOf } from './stripe.ts';

/** Where a recorded PaymentIntent is found: its id and the connected account, null for the platform's own. */
export interface IntentPlace {
  readonly intentId: string;
  readonly account: string | null;
}

/**
 * A recorded PaymentIntent as the provider has it now.
 *
 * @throws DomainError `payment.unavailable`, `payment.provider_failed`
 */
export async function retrieveIntent(env: Env, { intentId, account }: IntentPlace): Promise<Stripe.PaymentIntent> {
  try {
    return await stripeOf(env).paymentIntents.retrieve(intentId, {}, onAccount(account));
  } catch (error) {
    throw paymentRefusal(error);
  }
}
