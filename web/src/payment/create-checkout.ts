import type { Stripe, StripeElements, StripePaymentElement } from '@stripe/stripe-js';
import type { Payment } from '../../../worker/order/shape.ts';
import { languageOf } from '../text/locale.ts';
import { readAppearance } from './appearance.ts';
import { loadStripe } from './load-stripe.ts';

/**
 * How a confirmation ended: taken (perhaps still being processed), or refused with words for the buyer. `tried` is
 * false when nothing was asked of the card; without a `message` the form then says itself what is missing.
 */
export type Confirmation = { taken: true } | { taken: false; tried: boolean; message: string | undefined };

/** The provider's form, standing in the page. */
export interface Checkout {
  confirm: (returnUrl: string) => Promise<Confirmation>;
  remove: () => void;
}

/** Resolves once the form can be used; rejects when the provider cannot show it. */
function whenReady(form: StripePaymentElement): Promise<void> {
  return new Promise((resolve, reject) => {
    form.on('ready', () => resolve());
    form.on('loaderror', () => reject(new Error('the payment form did not load')));
  });
}

async function confirm(stripe: Stripe, elements: StripeElements, returnUrl: string): Promise<Confirmation> {
  const { error: incomplete } = await elements.submit();
  // What a field lacks the form says itself, beside the field.
  if (incomplete?.type === 'validation_error') return { taken: false, tried: false, message: undefined };
  if (incomplete) return { taken: false, tried: false, message: incomplete.message };
  const { error } = await stripe.confirmPayment({
    elements,
    confirmParams: { return_url: returnUrl },
    redirect: 'if_required',
  });
  return error ? { taken: false, tried: true, message: error.message } : { taken: true };
}

/**
 * Puts the provider's payment form for `payment` into `place`. Card data goes from the form's frame to the provider
 * and never through this page. Rejects when script or form cannot be loaded.
 */
export async function createCheckout(
  scriptUrl: string,
  payment: Payment,
  place: HTMLElement,
  locale: string,
): Promise<Checkout> {
  const construct = await loadStripe(scriptUrl);
  const stripe = construct(
    payment.publishable_key,
    payment.account === null ? undefined : { stripeAccount: payment.account },
  );
  const elements = stripe.elements({
    clientSecret: payment.client_secret,
    appearance: readAppearance(),
    locale: languageOf(locale) === 'zh-cn' ? 'zh' : 'en',
  });
  const form = elements.create('payment');
  const ready = whenReady(form);
  form.mount(place);
  // The frame cannot see that the page turned dark or light.
  const night = matchMedia('(prefers-color-scheme: dark)');
  const repaint = (): void => void elements.update({ appearance: readAppearance() });
  await ready;
  night.addEventListener('change', repaint);
  return {
    confirm: (returnUrl) => confirm(stripe, elements, returnUrl),
    remove: () => {
      night.removeEventListener('change', repaint);
      form.destroy();
    },
  };
}
