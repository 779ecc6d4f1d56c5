import { sql } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { decideAdmission } from '../../domain/user/admit.ts';
import { decideJoin, type HoldingAccount } from '../../domain/user/join.ts';
import { sites, users } from '../../drizzle/schema/index.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { makeTicket, type Ticket } from '../session/open.ts';
import { sealRefreshToken } from '../session/refresh_token.ts';
import type { Later } from '../token/keys.ts';
import { readHolding } from '../user/holding.ts';
import { openAttempt, type Attempt } from './attempt.ts';
import { callbackUrl, clientById, clientOf } from './client.ts';
import { commitEntry, commitJoin, invitationOf, type Arrival } from './commit.ts';
import { verifyIdToken, type Identity } from './id_token.ts';
import type { CompleteQuery } from './shape.ts';
import { redeemCode, revokeToken } from './token.ts';

/** What Auth0 reports when it is not about the person. */
const FAULTS = new Set(['server_error', 'temporarily_unavailable', 'invalid_request', 'invalid_scope']);

/**
 * Ends a sign-in: the browser that began it brings the code, Auth0 gives tokens for it, and the person gets a session, an
 * account too when they are new, or their account another way in when they asked for that. A refusal writes nothing.
 *
 * @param answer what came back, and the sealed attempt of the cookie
 * @throws DomainError `auth.state_invalid`, `auth.declined`, `auth.unavailable`, `auth.method`, `auth.not_operator`, for a
 * join also `auth.required`, `auth.identity_taken`, `user.suspended`
 */
export async function complete(
  env: Env,
  who: Visitor,
  answer: CompleteQuery & { attempt: string },
  later: Later,
): Promise<{ ticket: Ticket; returnTo: string }> {
  const attempt = await openAttempt(env, who.host, answer.state ?? '', answer.attempt);
  if (attempt.join !== null && attempt.join !== who.session) throw new DomainError('auth.state_invalid');
  if (answer.error !== undefined) {
    throw new DomainError(FAULTS.has(answer.error) ? 'auth.unavailable' : 'auth.declined');
  }
  // Neither a code nor a refusal: no answer of Auth0, and nothing to ask it about.
  if (answer.code === undefined) throw new DomainError('auth.state_invalid');
  const client = clientById(env, attempt.clientId);
  const { verifier, nonce, beganAt, fresh } = attempt;
  const redirectUri = callbackUrl(env, who);
  const tokens = await redeemCode(env, client, { code: answer.code, verifier, redirectUri });
  if (tokens.outcome !== 'granted') {
    throw new DomainError(tokens.outcome === 'refused' ? 'auth.declined' : 'auth.unavailable');
  }
  try {
    const expected = { clientId: client.id, nonce, ...(fresh ? { authenticatedSince: beganAt } : {}) };
    const identity = await verifyIdToken(env, tokens.idToken, expected, later);
    const ticket = await admit(env, who, { attempt, identity, token: tokens.refreshToken });
    return { ticket, returnTo: attempt.returnTo };
  } catch (error) {
    later(revokeToken(env, client, tokens.refreshToken));
    throw error;
  }
}

interface Vouched {
  attempt: Attempt;
  identity: Identity;
  /** The refresh token. */
  token: string;
}

async function admit(env: Env, who: Visitor, { attempt, identity, token }: Vouched): Promise<Ticket> {
  const ticket = await makeTicket();
  await decideAgain(3, async () => {
    const { site, me, holder } = await load(env, who, identity, attempt.join !== null);
    if (clientOf(env, site.authClientId).id !== attempt.clientId) throw new DomainError('auth.state_invalid');
    const refreshToken = await sealRefreshToken(env, site.id, ticket.id, { client: attempt.clientId, token });
    const arrival: Arrival = { site, identity, ticket, refreshToken, locale: attempt.locale };
    const admission = decideAdmission(attempt.join === null ? site : { ...site, kind: 'site' }, holder?.id ?? null);
    if (attempt.join === null) {
      await commitEntry(env, who, arrival, admission.outcome === 'enter' ? admission.userId : null);
      return;
    }
    if (me === undefined) throw new DomainError('auth.required');
    if (me.auth0Sub !== null && me.auth0Sub !== identity.subject) throw new DomainError('auth.identity_taken');
    const joining = decideJoin(me, holder, 'auth.identity_taken');
    if (joining.outcome === 'keep') await commitEntry(env, who, arrival, me.id);
    else await commitJoin(env, who, arrival, me.id, joining.outcome === 'move' ? joining.from : null);
  });
  return ticket;
}

interface Known {
  site: Arrival['site'] & Pick<typeof sites.$inferSelect, 'kind' | 'signIn' | 'authClientId'>;
  /** Who is signed in already and asks for another way in. */
  me: Pick<typeof users.$inferSelect, 'id' | 'status' | 'auth0Sub'> | undefined;
  /** To whom the identity belongs. */
  holder: HoldingAccount | null;
}

async function load(env: Env, who: Visitor, identity: Identity, joins: boolean): Promise<Known> {
  const entry = joins ? entryOf(who, 'buyer') : { host: who.hostname };
  const [, siteRows, meRows, , holderRows] = await transact(buyerDatabase(env), entry, (db) => [
    db
      .select({
        ...{ id: sites.id, code: sites.code, kind: sites.kind },
        ...{ signIn: sites.signIn, authClientId: sites.authClientId },
      })
      .from(sites)
      .where(sql`${sites.id} = app.site_id()`),
    db
      .select({ id: users.id, status: users.status, auth0Sub: users.auth0Sub })
      .from(users)
      .where(sql`${users.siteId} = app.site_id() and ${users.id} = app.user_id()`),
    // From here on the transaction's person is whoever has this identity.
    db.execute(sql`select app.identify_subject(${identity.subject}, ${joins ? null : invitationOf(identity)})`),
    readHolding(db),
  ]);
  const [site] = siteRows;
  if (site === undefined) throw new TypeError('app.enter admitted a host without a site');
  return { site, me: meRows[0], holder: holderRows.rows[0] ?? null };
}
