import type Stripe from 'stripe';
import { DOUBT_MINUTES } from '../doubt.ts';

/** A call is over within this time, its retries and what is read before it included. */
const CALL_MINUTES = 5;

/**
 * Which attempt asks for a refund that was begun this long ago and is not found at the provider; null when it must not be
 * asked for now. Two consumers may ask at once, and what keeps them from refunding twice is that both use the same key. So
 * nobody asks shortly before a key changes: whoever asks under the next one finds the earlier call ended, and its refund.
 */
export function refundAttempt(begunMinutesAgo: number): number | null {
  const sinceMinutes = begunMinutesAgo > 0 ? begunMinutesAgo : 0;
  const attempt = Math.floor(sinceMinutes / DOUBT_MINUTES);
  const leftMinutes = (attempt + 1) * DOUBT_MINUTES - sinceMinutes;
  return leftMinutes < CALL_MINUTES ? null : attempt;
}

/** What a refund at the provider is made from. */
export interface PayableRefund {
  readonly id: string;
  readonly siteCode: string;
  readonly orderId: string;
  readonly intentId: string;
  readonly amountMinor: bigint;
  /**
   * How often asking was begun anew, 0 at first. The provider repeats its own failure under a key for a day, so a refund
   * that is known not to be there is asked for under a fresh one.
   */
  readonly attempt: number;
}

/**
 * The one way a refund is asked for. The key belongs to our row, so asking again finds the same refund; the metadata lets
 * one whose answer was lost be found after the provider has forgotten the key.
 */
export function refundRequest(refund: PayableRefund): {
  params: Stripe.RefundCreateParams;
  idempotencyKey: string;
} {
  return {
    params: {
      payment_intent: refund.intentId,
      // Never more than the payment, which domain/money.ts PROVIDER_MAXIMUM_MINOR keeps far inside a double.
      amount: Number.parseInt(refund.amountMinor.toString(), 10),
      metadata: { site: refund.siteCode, order: refund.orderId, refund: refund.id },
    },
    idempotencyKey: refund.attempt === 0 ? `refund:${refund.id}` : `refund:${refund.id}:${refund.attempt}`,
  };
}
