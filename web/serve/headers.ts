import { DENIED_FEATURES, SAFE_HEADERS } from '../../worker/http/safe_headers.ts';
import type { Site } from '../../worker/site/shape.ts';
import { paymentOrigin } from './policy.ts';

/** Headers of every answer this Worker writes itself. */
export function safeHeaders(site?: Pick<Site, 'payment'>): Record<string, string> {
  const payment = site ? paymentOrigin(site) : null;
  return {
    ...SAFE_HEADERS,
    'Cache-Control': 'no-store',
    'Referrer-Policy': 'strict-origin-when-cross-origin',
    'Permissions-Policy': [
      ...DENIED_FEATURES,
      'publickey-credentials-get=(self)',
      payment === null ? 'payment=()' : `payment=(self "${payment}")`,
    ].join(', '),
  };
}

/** A file of the deployment with the headers that matter for one; how long it may be kept is the deployment's to say. */
export function withSafeHeaders(file: Response): Response {
  const answer = new Response(file.body, file);
  for (const [name, value] of Object.entries(SAFE_HEADERS)) answer.headers.set(name, value);
  return answer;
}
