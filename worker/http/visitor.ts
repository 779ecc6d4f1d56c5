import type { MiddlewareHandler } from 'hono';
import { getCookie } from 'hono/cookie';
import type { Bearer, Entered, Entry } from '../../drizzle/transaction.ts';
import { SESSION_COOKIE } from '../auth/cookie.ts';
import { sha256Hex } from '../auth/hash.ts';
import type { App } from '../env.ts';
import { readClientAddress } from './client_address.ts';

/** Who asks, as far as the request itself tells. Nothing of it comes from a forwarded header. */
export interface Visitor {
  /** Lower case, without port: what sites are found by. */
  hostname: string;
  /** With the port where it is not the default one: what wallets sign. */
  host: string;
  origin: string;
  /** The platform host: operators, webhooks. Every other host is a site's, or unknown. */
  platform: boolean;
  /** Hex SHA-256 of the session cookie. */
  session: string | undefined;
  /** Whom a verified access token speaks for; never together with a session. */
  bearer: Bearer | undefined;
  /** The address Cloudflare saw the request come from; null where it says none. */
  clientAddress: string | null;
  /** Two letters as Cloudflare sees it, `XX` or `T1` where it cannot tell; null without one. */
  country: string | null;
  userAgent: string | null;
  requestId: string;
  /** What `app.enter` last found for this request. */
  entered: Entered | undefined;
}

/** Two letters in upper case, or Cloudflare's own `T1` for Tor. */
const COUNTRY = /^(?:[A-Z]{2}|T1)$/;

/** Reads who asks from the request itself. It judges nothing and asks nobody: see host.ts, origin.ts, limit.ts for that. */
export const visitor = (): MiddlewareHandler<App> =>
  async function readVisitor(c, next) {
    const url = new URL(c.req.url);
    const cookie = getCookie(c, SESSION_COOKIE);
    const country = c.req.header('cf-ipcountry')?.toUpperCase() ?? '';
    c.set('visitor', {
      hostname: url.hostname,
      host: url.host,
      origin: url.origin,
      platform: url.hostname === c.env.PLATFORM_HOST,
      session: cookie === undefined ? undefined : await sha256Hex(cookie),
      bearer: undefined,
      clientAddress: readClientAddress(c.req.header('cf-connecting-ip')),
      country: COUNTRY.test(country) ? country : null,
      userAgent: c.req.header('user-agent')?.slice(0, 200) ?? null,
      requestId: c.get('requestId'),
      entered: undefined,
    });
    await next();
  };

/** The first statement of a transaction for this visitor. */
export function entryOf(who: Visitor, requires: NonNullable<Entry['requires']>, site?: string): Entry {
  return {
    host: who.hostname,
    session: who.session,
    bearer: who.bearer,
    requires,
    onEntered: (entered) => (who.entered = entered),
    ...(site === undefined ? {} : { site }),
  };
}
