import type { Payment } from '../../worker/order/shape.ts';
import { ask, type HttpAnswer } from './http.ts';

/**
 * Confirms a PaymentIntent as the provider's page script does in a buyer's browser: with the publishable key and the
 * secret, never with the platform's own key.
 *
 * @param card a test card of the provider, e.g. `pm_card_visa`
 */
export function confirmPayment(stripeUrl: string, payment: Payment, card = 'pm_card_visa'): Promise<HttpAnswer> {
  const [intent = ''] = payment.client_secret.split('_secret_');
  const form = new URLSearchParams({
    client_secret: payment.client_secret,
    payment_method: card,
    use_stripe_sdk: 'true',
  });
  return ask(`${stripeUrl}/v1/payment_intents/${intent}/confirm`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${payment.publishable_key}`,
      'content-type': 'application/x-www-form-urlencoded',
      ...(payment.account === null ? {} : { 'stripe-account': payment.account }),
    },
    body: form.toString(),
  });
}
