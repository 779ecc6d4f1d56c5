import type Stripe from 'stripe';

/**
 * How both Workers reach Stripe. The API version is the SDK's own, said aloud so that an update of the SDK cannot move
 * it unseen; webhook endpoints must be made with the same one.
 *
 * @param apiUrl another address of the API; empty or undefined means Stripe itself
 */
export function stripeConfig(apiUrl: string | undefined): Stripe.StripeConfig {
  return { apiVersion: '2026-10-28.endive', timeout: 20_000, maxNetworkRetries: 1, ...addressOf(apiUrl) };
}

/** Names the connected account a call acts on; null is the platform's own. */
export function onAccount(account: string | null): { stripeContext?: string } {
  return account === null ? {} : { stripeContext: account };
}

function addressOf(apiUrl: string | undefined): Pick<Stripe.StripeConfig, 'host' | 'port' | 'protocol'> {
  if (apiUrl === undefined || apiUrl === '') return {};
  const { hostname, port, protocol } = new URL(apiUrl);
  const isPlain = protocol === 'http:';
  // The SDK takes 443 for plain HTTP too unless it is told otherwise.
  return { host: hostname, port: port === '' ? (isPlain ? 80 : 443) : port, protocol: isPlain ? 'http' : 'https' };
}
