import Stripe from 'stripe';
import { DomainError } from '../../domain/error.ts';
import type { StripeMessage } from '../../domain/message.ts';
import { eventMessage } from '../../domain/payment/event_message.ts';
import type { Env } from '../env.ts';
import { stripeOf } from '../payment/stripe.ts';

/** How old a signed timestamp may be, and how far ahead of our clock: the SDK itself checks age alone. */
const TOLERANCE_SECONDS = 300;

/**
 * Verifies a Stripe webhook and turns it into the queue's message. Several secrets are tried: an endpoint for our own
 * account and one for connected ones have different secrets, and a rolled secret overlaps the old one.
 *
 * @param text the raw body: the signature is over its bytes
 * @returns null for an event of the other mode. An endpoint for connected accounts gets those of test mode too, and would
 * be switched off if it refused them.
 * @throws DomainError `webhook.signature`
 */
export async function readStripeWebhook(
  env: Env,
  text: string,
  signature: string | undefined,
): Promise<StripeMessage | null> {
  const event = await verify(env, text, signature);
  const isOurs = event.livemode === (env.STRIPE_LIVEMODE === 'true');
  if (isOurs) return eventMessage(event, event.account ?? null);
  console.error(JSON.stringify({ level: 'warn', event: 'webhook.other_mode', id: event.id }));
  return null;
}

async function verify(env: Env, text: string, signature: string | undefined): Promise<Stripe.Event> {
  const signedAt = Number(/(?:^|,)t=(\d{1,12})(?:,|$)/.exec(signature ?? '')?.[1] ?? Number.NaN);
  // NaN compares false, so a missing timestamp is refused here too.
  if (signature === undefined || !(signedAt - Date.now() / 1000 <= TOLERANCE_SECONDS)) {
    throw new DomainError('webhook.signature');
  }
  const provider = Stripe.createSubtleCryptoProvider();
  for (const secret of env.STRIPE_WEBHOOK_SECRETS.split(',')) {
    try {
      return await stripeOf(env).webhooks.constructEventAsync(
        text,
        signature,
        secret.trim(),
        TOLERANCE_SECONDS,
        provider,
      );
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeSignatureVerificationError)) {
        throw new DomainError('webhook.signature', { cause: error });
      }
    }
  }
  throw new DomainError('webhook.signature');
}
