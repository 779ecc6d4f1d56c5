import Stripe from 'stripe';
import { DomainError } from '../../domain/error.ts';
import type { Env } from '../env.ts';

/** The API version every object and webhook of ours is rendered in; the SDK's pin and the endpoints' must agree. */
const API_VERSION = '2026-10-28.endive';

const clients = new Map<string, Stripe>();

/** The SDK on this isolate. `STRIPE_API_URL` points it elsewhere than api.stripe.com. */
export function stripeOf(env: Env): Stripe {
  const known = clients.get(env.STRIPE_SECRET_KEY);
  if (known !== undefined) return known;
  const made = new Stripe(env.STRIPE_SECRET_KEY, {
    apiVersion: API_VERSION,
    httpClient: Stripe.createFetchHttpClient(),
    timeout: 20_000,
    maxNetworkRetries: 2,
    ...addressOf(env.STRIPE_API_URL),
  });
  clients.set(env.STRIPE_SECRET_KEY, made);
  return made;
}

function addressOf(url: string | undefined): { host?: string; port?: string; protocol?: 'http' | 'https' } {
  if (url === undefined || url === '') return {};
  const { hostname, port, protocol } = new URL(url);
  const plain = protocol === 'http:';
  return { host: hostname, port: port === '' ? (plain ? '80' : '443') : port, protocol: plain ? 'http' : 'https' };
}

/** Calls on a connected account name it; calls on the platform's own name none. */
export const onAccount = (account: string | null): Stripe.RequestOptions =>
  account === null ? {} : { stripeContext: account };

/** What a provider's failure means to the caller: our own mistake, or an answer that did not come. */
export function paymentRefusal(error: unknown): DomainError {
  const passing =
    error instanceof Stripe.errors.StripeConnectionError || error instanceof Stripe.errors.StripeRateLimitError;
  return new DomainError(passing ? 'payment.unavailable' : 'payment.provider_failed', { cause: error });
}
