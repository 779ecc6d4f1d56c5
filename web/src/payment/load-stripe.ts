import type { StripeConstructor } from '@stripe/stripe-js';

let loading: Promise<StripeConstructor> | undefined;

/**
 * Loads the provider's script once a visit and answers with its constructor. The script must come from the provider
 * itself, never from our bundle. Rejects when it cannot be loaded; the next call then tries again.
 */
export function loadStripe(scriptUrl: string): Promise<StripeConstructor> {
  if (window.Stripe) return Promise.resolve(window.Stripe);
  loading ??= new Promise<StripeConstructor>((resolve, reject) => {
    const script = document.createElement('script');
    const fail = (): void => {
      script.remove();
      loading = undefined;
      reject(new Error('the payment script did not load'));
    };
    script.src = scriptUrl;
    script.async = true;
    script.addEventListener('error', fail);
    script.addEventListener('load', () => {
      if (window.Stripe) resolve(window.Stripe);
      else fail();
    });
    document.head.append(script);
  });
  return loading;
}
