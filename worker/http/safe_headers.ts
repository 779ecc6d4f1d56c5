import type { MiddlewareHandler } from 'hono';
import type { App } from '../env.ts';

/**
 * What every answer of the platform carries, the API's and the storefront's. Pop-ups stay connected to their opener
 * (`allow-popups`), because wallets and sign-in pages open in one.
 */
export const SAFE_HEADERS = {
  // Two years, as the browsers' own lists of such hosts ask for.
  'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Permitted-Cross-Domain-Policies': 'none',
  'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Origin-Agent-Cluster': '?1',
} as const;

/** What no page of ours may use, nor a frame in it. */
export const DENIED_FEATURES = ['camera=()', 'geolocation=()', 'microphone=()', 'usb=()'] as const;

/** What the API's answers carry besides: they are data, which no browser shall show, run, or keep. */
const API_HEADERS = {
  ...SAFE_HEADERS,
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': [...DENIED_FEATURES, 'payment=()', 'publickey-credentials-get=()'].join(', '),
};

/** For an answer that does not say otherwise; a documentation page has a policy of its own. */
const BY_DEFAULT = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
};

/** Gives every answer of the API its headers, refusals too. */
export const safeHeaders = (): MiddlewareHandler<App> =>
  async function addSafeHeaders(c, next) {
    await next();
    const { headers } = c.res;
    for (const [name, value] of Object.entries(API_HEADERS)) headers.set(name, value);
    for (const [name, value] of Object.entries(BY_DEFAULT)) if (!headers.has(name)) headers.set(name, value);
  };
