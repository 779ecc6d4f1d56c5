import { DomainError } from '../../domain/error.ts';
import { parseReturnPath } from '../../domain/session/return_path.ts';
import { transact } from '../../drizzle/transaction.ts';
import { base64url } from 'jose';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { readSnapshot, type SiteRow } from '../site/snapshot.ts';
import { randomText, sealAttempt } from './attempt.ts';
import { callbackUrl, clientOf } from './client.ts';
import type { LoginQuery } from './shape.ts';
import { signState } from './state.ts';

/** A sign-in that has begun. */
export interface Begun {
  /** Auth0's page. */
  url: string;
  /** The sealed attempt, for the cookie. */
  attempt: string;
}

/**
 * Begins a sign-in at Auth0: authorization code with PKCE. Unless the site has a client of its own, Auth0's page always
 * asks who comes: all sites share its session, and nobody is to be signed in here because they were there.
 *
 * @throws DomainError `auth.method`, `request.malformed`, and for a join `auth.required`, `auth.fresh_required`
 */
export async function beginLogin(env: Env, who: Visitor, query: LoginQuery): Promise<Begun> {
  const returnTo = parseReturnPath(query.return_to);
  const { site } = await readSnapshot(env, who);
  if (!site.signIn.includes('email')) throw new DomainError('auth.method');
  const joins = query.join === '1';
  if (joins) await transact(buyerDatabase(env), entryOf(who, 'fresh'), () => []);
  const fresh = joins || query.fresh === '1';
  const client = clientOf(env, site.authClientId);
  const [verifier, nonce] = [randomText(), randomText()];
  const state = await signState(env, 'login', who.host);
  const attempt = await sealAttempt(env, who.host, state, {
    clientId: client.id,
    verifier,
    nonce,
    returnTo,
    locale: localeOf(site, query.locale) ?? null,
    beganAt: Date.now(),
    fresh,
    join: joins ? (who.session ?? null) : null,
  });
  const url = new URL('authorize', env.AUTH0_ISSUER);
  url.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.id,
    redirect_uri: callbackUrl(env, who),
    scope: 'openid profile email offline_access',
    state,
    nonce,
    code_challenge: await challengeOf(verifier),
    code_challenge_method: 'S256',
    ...(fresh || site.authClientId === null ? { prompt: 'login' } : {}),
    // Whoever is asked this way tells in `auth_time` when they proved who they are.
    ...(fresh ? { max_age: '0' } : {}),
    ...connectionOf(site, query.connection),
    ui_locales: languages(site, query.locale),
  }).toString();
  return { url: url.href, attempt };
}

/** A site that has chosen its connection leaves no choice to a link. */
function connectionOf({ authConnection }: SiteRow, asked: string | undefined): { connection?: string } {
  const connection = authConnection ?? asked;
  return connection === undefined ? {} : { connection };
}

const localeOf = ({ locales }: SiteRow, asked: string | undefined) => locales.find((locale) => locale === asked);

/** The one asked for, if the site speaks it, then the site's others. */
function languages(site: SiteRow, asked: string | undefined): string {
  return [...new Set([localeOf(site, asked) ?? [], site.locales].flat())].join(' ');
}

async function challengeOf(verifier: string): Promise<string> {
  return base64url.encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}
