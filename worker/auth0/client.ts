import { z } from 'zod';
import type { Env } from '../env.ts';
import type { Visitor } from '../http/visitor.ts';

/** An application at Auth0 that signs people in. */
export interface Auth0Client {
  id: string;
  secret: string;
}

const siteClients = z.record(z.string(), z.string());

/**
 * The application a site's people sign in with: its own one, or the platform's.
 *
 * @throws TypeError when the secret of the site's own one is not configured
 */
export const clientOf = (env: Env, ownClientId: string | null): Auth0Client =>
  clientById(env, ownClientId ?? env.AUTH0_CLIENT_ID);

/** The application of this id. @throws TypeError when its secret is not configured */
export function clientById(env: Env, id: string): Auth0Client {
  if (id === env.AUTH0_CLIENT_ID) return { id, secret: env.AUTH0_CLIENT_SECRET };
  const configured = env.AUTH0_SITE_CLIENTS ?? '';
  const secret = configured === '' ? undefined : siteClients.parse(JSON.parse(configured))[id];
  if (secret === undefined) throw new TypeError('AUTH0_SITE_CLIENTS lacks the secret of a site’s own client');
  return { id, secret };
}

/** The one address Auth0 sends people back to: on the platform's host, with scheme and port of this request. */
export function callbackUrl(env: Env, who: Visitor): string {
  const url = new URL('/api/v1/auth/callback', who.origin);
  url.hostname = env.PLATFORM_HOST;
  return url.href;
}
