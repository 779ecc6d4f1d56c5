import { sql } from 'drizzle-orm';
import type { MiddlewareHandler } from 'hono';
import { DomainError } from '../../domain/error.ts';
import { RECHECK_MINUTES } from '../../domain/session/limit.ts';
import { transact } from '../../drizzle/transaction.ts';
import { clientById } from '../auth0/client.ts';
import { verifyIdToken, type Identity } from '../auth0/id_token.ts';
import { refreshTokens, revokeToken } from '../auth0/token.ts';
import { buyerDatabase } from '../database.ts';
import type { App, Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import type { Later } from '../token/keys.ts';
import { endSessions } from './end.ts';
import { openRefreshToken, sealRefreshToken } from './refresh_token.ts';

/**
 * Once an hour, beside a request whose answer does not wait for it, Auth0 is asked whether the person of this session may
 * still sign in. That it is due is something `app.enter` tells anyway.
 */
export const recheckSession = (): MiddlewareHandler<App> =>
  async function recheckAfterAnswer(c, next) {
    await next();
    const { entered } = c.get('visitor');
    if (entered?.recheckDue !== true || entered.sessionId === null) return;
    const later: Later = (work) => c.executionCtx.waitUntil(work);
    // The entry of the request stays as it was found.
    const who = { ...c.get('visitor') };
    later(recheck(c.env, who, entered.sessionId, later).catch((error: unknown) => tell(who, nameOf(error))));
  };

/**
 * Asks Auth0, if this is the one request that may: of all that find it due at once, one moves the time ahead. A refusal
 * ends the session; without an answer it lives on, at most until its idle limit, and Auth0 is asked again in an hour.
 */
async function recheck(env: Env, who: Visitor, sessionId: string, later: Later): Promise<void> {
  const [entered, claimed] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    db.execute<{ refresh_token: string | null; claim: string }>(sql`
      update sessions set recheck_at = app.now() + make_interval(mins => ${RECHECK_MINUTES})
      where site_id = app.site_id() and user_id = app.user_id() and id = ${sessionId} and recheck_at <= app.now()
        and revoked_at is null
      returning refresh_token, recheck_at::text as claim`),
  ]);
  const [won] = claimed.rows;
  if (won === undefined || won.refresh_token === null) return;
  const held = await openRefreshToken(env, entered.siteId, sessionId, won.refresh_token);
  const client = clientById(env, held.client);
  const answer = await refreshTokens(env, client, held.token);
  if (answer.outcome !== 'granted') {
    if (answer.outcome === 'refused') await refuse(env, who, sessionId);
    else tell(who, answer.error);
    return;
  }
  const token = answer.refreshToken;
  const resealed = await sealRefreshToken(env, entered.siteId, sessionId, { client: client.id, token });
  const identity = await verifyIdToken(env, answer.idToken, { clientId: client.id }, later).catch(() => null);
  const kept = await keep(env, who, { sessionId, claim: won.claim, resealed, identity }).catch(() => false);
  // The session ended meanwhile, or the row could not be written: nobody holds this token.
  if (!kept) await revokeToken(env, client, token);
}

interface Renewed {
  sessionId: string;
  /** When the claim moved the next time to. The token may have been sealed anew meanwhile; only the claim tells whose turn it is. */
  claim: string;
  /** What it is to hold. */
  resealed: string;
  /** Null when the new ID token could not be checked. */
  identity: Identity | null;
}

async function keep(env: Env, who: Visitor, { sessionId, claim, resealed, identity }: Renewed): Promise<boolean> {
  const [, stored] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    db.execute(sql`
      update sessions set refresh_token = ${resealed}
      where site_id = app.site_id() and user_id = app.user_id() and id = ${sessionId} and recheck_at = ${claim}::timestamptz
        and revoked_at is null
      returning 1`),
    db.execute(sql`
      update users set email = ${identity?.email ?? null}, email_verified = ${identity?.emailVerified ?? false}
      where site_id = app.site_id() and id = app.user_id() and auth0_sub = ${identity?.subject ?? null}`),
  ]);
  return stored.rows.length > 0;
}

async function refuse(env: Env, who: Visitor, sessionId: string): Promise<void> {
  await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    endSessions(db, who, sql`id = ${sessionId}`, { reason: 'refused', event: 'session_refused' }),
  ]);
}

function nameOf(error: unknown): string {
  if (error instanceof DomainError) return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/** Never a person, a token or a message of Auth0's. */
function tell({ requestId }: Visitor, fault: string): void {
  console.error(JSON.stringify({ level: 'warn', request_id: requestId, event: 'session.recheck', fault }));
}
