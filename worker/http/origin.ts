import type { MiddlewareHandler } from 'hono';
import { DomainError } from '../../domain/error.ts';
import type { App, Env } from '../env.ts';
import { readSnapshot } from '../site/snapshot.ts';
import type { Visitor } from './visitor.ts';

const READS = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Whether a request brings an access token. What it is worth is for whoever verifies it. */
export const bringsToken = (authorization: string | undefined): boolean => /^bearer /i.test(authorization ?? '');

/**
 * Refuses a write that another site's page sent with our cookie. A browser names the page's origin with every write, so
 * one that names none is no browser: it must bring an access token, which no page has by itself. Browsers that tell more
 * (`Sec-Fetch-Site`) must agree; an opaque origin (`null`) is nobody's.
 *
 * @throws DomainError `auth.origin`; `auth.ambiguous` for a session and a token at once, as no one could tell whose
 * request it is
 */
export const sameOrigin = (): MiddlewareHandler<App> =>
  async function requireSameOrigin(c, next) {
    const who = c.get('visitor');
    const withToken = bringsToken(c.req.header('authorization'));
    if (withToken && who.session !== undefined) throw new DomainError('auth.ambiguous');
    if (!READS.has(c.req.method)) {
      const origin = c.req.header('origin');
      const site = c.req.header('sec-fetch-site');
      const isOwnPage = origin === who.origin && (site === undefined || site === 'same-origin');
      const isClient = withToken && (origin === undefined || (await isOwnOrigin(c.env, who, origin)));
      if (!isOwnPage && !isClient) throw new DomainError('auth.origin');
    }
    await next();
  };

/**
 * Whether an origin is another door of the same site: one of its active hosts, spoken to as this one is. Read from the
 * snapshot, so it costs at most one round trip every two seconds, and none for pages of the host itself.
 *
 * @throws DomainError `host.unknown`
 */
export async function isOwnOrigin(env: Env, who: Visitor, origin: string): Promise<boolean> {
  if (origin === who.origin) return true;
  const { protocol, port } = new URL(who.origin);
  const { hostnames } = await readSnapshot(env, who);
  return hostnames.some((hostname) => origin === `${protocol}//${hostname}${port === '' ? '' : `:${port}`}`);
}
