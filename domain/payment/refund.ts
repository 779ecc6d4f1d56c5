import type Stripe from 'stripe';

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
