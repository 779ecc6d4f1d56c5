import type Stripe from 'stripe';

/** What a PaymentIntent is made from. Amounts in minor units; zero never reaches the provider. */
export interface PayableOrder {
  readonly id: string;
  readonly siteCode: string;
  readonly amountMinor: bigint;
  /** ISO 4217 in capitals. */
  readonly currency: string;
}

/**
 * The one way an order's PaymentIntent is asked for: whoever repeats the call with the same key gets the same
 * PaymentIntent, so a buyer whose answer was lost goes on with the one there is.
 *
 * Delayed methods are left out: units are held for minutes, and a bank debit takes days. Redirects stay allowed because
 * 3-D Secure may need one.
 *
 * @throws TypeError when the order costs nothing.
 */
export function paymentIntentRequest(order: PayableOrder): {
  params: Stripe.PaymentIntentCreateParams;
  idempotencyKey: string;
} {
  if (order.amountMinor <= 0n) throw new TypeError('an order without an amount has no PaymentIntent');
  return {
    params: {
      // Bounded by domain/money.ts PROVIDER_MAXIMUM_MINOR, far inside what a double holds exactly.
      amount: Number.parseInt(order.amountMinor.toString(), 10),
      currency: order.currency.toLowerCase(),
      automatic_payment_methods: { enabled: true },
      excluded_payment_method_types: [...DELAYED_METHODS],
      metadata: { site: order.siteCode, order: order.id },
    },
    idempotencyKey: order.id,
  };
}

/** Methods whose money is known only days later (Stripe's bank debits, transfers and vouchers). */
const DELAYED_METHODS = [
  'acss_debit',
  'au_becs_debit',
  'bacs_debit',
  'boleto',
  'customer_balance',
  'konbini',
  'multibanco',
  'nz_bank_account',
  'oxxo',
  'payto',
  'sepa_debit',
  'sofort',
  'us_bank_account',
] as const;
