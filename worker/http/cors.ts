import type { MiddlewareHandler } from 'hono';
import type { App } from '../env.ts';
import { methodsOf, type Routes } from './method.ts';
import { isOwnOrigin } from './origin.ts';

const ALLOWED_HEADERS = 'Authorization, Content-Type, Idempotency-Key, If-None-Match';
const EXPOSED_HEADERS = 'X-Request-Id, Retry-After, ETag';

/** How long a browser may keep the answer to a preflight. */
const PREFLIGHT_SECONDS = 600;

/**
 * Lets pages of the site's other hosts read the API with an access token. Never with credentials: a cookie belongs to one
 * host. Any other origin is answered as if there were no such thing as CORS, so its browser keeps the answer from it.
 *
 * @param routes whose methods a preflight is told
 * @throws DomainError `host.unknown`
 */
export const cors = (routes: Routes): MiddlewareHandler<App> =>
  async function shareWithOwnOrigins(c, next) {
    const who = c.get('visitor');
    const origin = c.req.header('origin');
    const isShared = origin !== undefined && origin !== who.origin && (await isOwnOrigin(c.env, who, origin));
    const methods = methodsOf(routes, c.req.path);
    if (isShared && c.req.method === 'OPTIONS' && methods.length > 0) {
      c.header('Access-Control-Allow-Methods', methods.join(', '));
      c.header('Access-Control-Allow-Headers', ALLOWED_HEADERS);
      c.header('Access-Control-Max-Age', String(PREFLIGHT_SECONDS));
      c.res = c.body(null, 204);
    } else {
      await next();
    }
    c.res.headers.append('Vary', 'Origin');
    if (!isShared) return;
    c.res.headers.set('Access-Control-Allow-Origin', origin);
    c.res.headers.set('Access-Control-Expose-Headers', EXPOSED_HEADERS);
  };
