import type Stripe from 'stripe';

/** What a refund at the provider is made from. */
export interface PayableRefund {
  readonly id: string;
  readonly siteCode: string;
  readonly orderId: string;
  readonly intentId: string;
  readonly amountMinor: bigint;
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
    idempotencyKey: `refund:${refund.id}`,
  };
}
