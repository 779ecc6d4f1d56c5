import type { Env } from '../env.ts';
import type { Visitor } from '../http/visitor.ts';
import type { EndedSession } from '../session/end.ts';
import { openRefreshToken, type RefreshToken } from '../session/refresh_token.ts';
import type { Later } from '../token/keys.ts';
import { callbackUrl, clientById } from './client.ts';
import { signState } from './state.ts';
import { revokeToken } from './token.ts';

/** Ends the refresh tokens of sessions that have ended, beside the answer: the sessions are over whatever becomes of it. */
export function forgetTokens(env: Env, ended: readonly EndedSession[], later: Later): void {
  const forget = async (session: EndedSession) => {
    const held = await heldBy(env, session);
    if (held !== undefined) await revokeToken(env, clientById(env, held.client), held.token);
  };
  const work = ended.filter(({ refresh_token }) => refresh_token !== null).map(forget);
  if (work.length > 0) later(Promise.allSettled(work));
}

/**
 * Where the browser of a session that has ended is to go, so that Auth0's own page forgets the person too; from there it
 * comes back over the platform's host.
 *
 * @returns undefined when Auth0 has nothing to do with that session
 */
export async function logoutUrl(env: Env, who: Visitor, ended: EndedSession): Promise<string | undefined> {
  if (ended.method !== 'auth0') return undefined;
  const held = await heldBy(env, ended);
  const returnTo = new URL(callbackUrl(env, who));
  returnTo.searchParams.set('logout', await signState(env, 'logout', who.host));
  const url = new URL('v2/logout', env.AUTH0_ISSUER);
  url.searchParams.set('client_id', held?.client ?? env.AUTH0_CLIENT_ID);
  url.searchParams.set('returnTo', returnTo.href);
  return url.href;
}

/** A token that does not open any more is one that nobody can use. */
const heldBy = async (env: Env, { site_id, id, refresh_token }: EndedSession): Promise<RefreshToken | undefined> =>
  refresh_token === null ? undefined : openRefreshToken(env, site_id, id, refresh_token).catch(() => undefined);
