import type { Site } from '../../worker/site/shape.ts';
import { paymentOrigin } from './policy.ts';

/**
 * Headers of every answer this Worker writes itself. Pop-ups stay connected to their opener (`allow-popups`), because
 * wallets and sign-in pages open in one.
 */
export function safeHeaders(site?: Pick<Site, 'payment'>): Record<string, string> {
  const payment = site ? paymentOrigin(site) : null;
  return {
    'Cache-Control': 'no-store',
    'Strict-Transport-Security': 'max-age=63072000; includeSubDomains',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Cross-Origin-Opener-Policy': 'same-origin-allow-popups',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Permissions-Policy': [
      'camera=()',
      'geolocation=()',
      'microphone=()',
      'usb=()',
      payment === null ? 'payment=()' : `payment=(self "${payment}")`,
    ].join(', '),
  };
}
