import Stripe from 'stripe';
import { DomainError } from '../../domain/error.ts';
import { stripeConfig } from '../../domain/payment/connection.ts';
import { paymentFailure } from '../../domain/payment/failure.ts';
import type { Env } from '../env.ts';

const clients = new Map<string, Stripe>();

/** The SDK on this isolate. `STRIPE_API_URL` points it elsewhere than api.stripe.com. */
export function stripeOf(env: Env): Stripe {
  const known = clients.get(env.STRIPE_SECRET_KEY);
  if (known !== undefined) return known;
  const made = new Stripe(env.STRIPE_SECRET_KEY, stripeConfig(env.STRIPE_API_URL));
  clients.set(env.STRIPE_SECRET_KEY, made);
  return made;
}

/** What a provider's failure means to the caller: a refusal for good, or an answer that did not come. */
export function paymentRefusal(error: unknown): DomainError {
  const code = paymentFailure(error) === 'definite_no' ? 'payment.provider_failed' : 'payment.unavailable';
  return new DomainError(code, { cause: error });
}
