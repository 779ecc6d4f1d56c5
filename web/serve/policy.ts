import type { Site } from '../../worker/site/shape.ts';

const STRIPE_ORIGIN = 'https://js.stripe.com';

/** What Stripe's own script reaches for; its guide lists these beside the script's origin. */
const STRIPE_SOURCES = {
  frame: ['https://*.js.stripe.com', 'https://hooks.stripe.com'],
  connect: ['https://api.stripe.com'],
  image: ['https://*.stripe.com'],
};

/**
 * Origin of a URL that a site record names, or null when it is not plain http(s). Only origins ever reach a header, so
 * no text of a tenant can add a directive.
 */
function originOf(url: string | null | undefined): string | null {
  if (!url || !URL.canParse(url)) return null;
  const { protocol, origin } = new URL(url);
  return protocol === 'https:' || protocol === 'http:' ? origin : null;
}

/** Origin of the payment provider's script, or null for a site that sells nothing. */
export function paymentOrigin(site: Pick<Site, 'payment'>): string | null {
  return originOf(site.payment?.script_url);
}

/**
 * Content-Security-Policy of one page. Scripts run by nonce alone and may load what they need (`strict-dynamic`);
 * everything else is named. `nonce` is fresh for each answer.
 */
export function contentPolicy(site: Pick<Site, 'payment' | 'brand'>, nonce: string): string {
  const payment = paymentOrigin(site);
  const stripe = payment === STRIPE_ORIGIN ? STRIPE_SOURCES : { frame: [], connect: [], image: [] };
  const own = payment === null ? [] : [payment];
  const logo = originOf(site.brand.logo);
  const frames = [...own, ...stripe.frame];
  const directives = [
    ['default-src', "'none'"],
    ['script-src', `'nonce-${nonce}'`, "'strict-dynamic'"],
    ['style-src', "'self'", `'nonce-${nonce}'`],
    ['img-src', "'self'", 'data:', ...stripe.image, ...(logo === null ? [] : [logo])],
    ['connect-src', "'self'", ...own, ...stripe.connect],
    ['frame-src', ...(frames.length > 0 ? frames : ["'none'"])],
    ['font-src', "'self'"],
    ['base-uri', "'none'"],
    ['form-action', "'self'"],
    ['frame-ancestors', "'none'"],
  ];
  return directives.map((directive) => directive.join(' ')).join('; ');
}
