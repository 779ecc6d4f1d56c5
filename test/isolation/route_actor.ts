import { createHash, randomBytes } from 'node:crypto';
import { ApiVisitor } from '../../dev/client/visitor.ts';
import { SESSION_COOKIE } from '../../worker/auth/cookie.ts';
import { newBuyer, type Buyer } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { appointOperator, newPlatformUser } from '../harness/operator.ts';
import type { MintedSite } from '../harness/site.ts';

/** Everybody who may ask. "Own" is the site whose objects are asked for. */
export const ACTORS = {
  anonymous: 'nobody',
  buyer: 'who owns the order, the wallet and the release',
  otherBuyer: 'another buyer of the same site',
  agent: 'an agent of the same site',
  suspended: 'a buyer of the same site whose account is suspended',
  elsewhere: 'the buyer again: the same wallet, signed in on the other site, with that site’s cookie',
  revoked: 'the buyer with a session that was ended',
  expired: 'the buyer with a session whose time is over',
  support: 'support of the own site',
  manager: 'a manager of the own site',
  owner: 'an owner of the own site',
  foreignOwner: 'an owner of the other site only',
  appointedNowhere: 'a user of the platform who operates no site',
} as const;

export type Actor = keyof typeof ACTORS;

export const ACTOR_NAMES = Object.keys(ACTORS) as Actor[];

/** Names for several actors at once. */
export const GROUPS = {
  customers: ['buyer', 'otherBuyer', 'agent', 'suspended'],
  staff: ['support', 'manager', 'owner'],
  platformUsers: ['support', 'manager', 'owner', 'foreignOwner', 'appointedNowhere'],
} as const satisfies Record<string, readonly Actor[]>;

export type Group = keyof typeof GROUPS;

/** Actor → session token; anonymous has none. */
export type Tokens = Record<Exclude<Actor, 'anonymous'>, string>;

/** Signs everybody in. The buyer must be one of `own`. */
export async function gatherActors(own: MintedSite, other: MintedSite, buyer: Buyer): Promise<Tokens> {
  const signedIn = async (site: MintedSite, privateKey: string) => {
    const visitor = new ApiVisitor(site.url);
    await visitor.signIn(privateKey);
    return tokenOf(visitor);
  };
  const suspended = await newBuyer(own);
  const [revoked, expired] = [await signedIn(own, buyer.privateKey), await signedIn(own, buyer.privateKey)];
  await withClient('superuser', async (client) => {
    await client.query("update users set status = 'suspended' where id = $1", [suspended.me.id]);
    await client.query('update sessions set revoked_at = app.now() where token_hash = $1', [hashOf(revoked)]);
    await client.query("update sessions set expires_at = app.now() - interval '1 second' where token_hash = $1", [
      hashOf(expired),
    ]);
  });
  return {
    buyer: tokenOf(buyer.visitor),
    otherBuyer: tokenOf((await newBuyer(own)).visitor),
    agent: await signedIn(own, own.agents[1].privateKey),
    suspended: tokenOf(suspended.visitor),
    elsewhere: await signedIn(other, buyer.privateKey),
    revoked,
    expired,
    support: tokenOf((await appointOperator(own, 'support')).visitor),
    manager: tokenOf((await appointOperator(own, 'manager')).visitor),
    owner: tokenOf((await appointOperator(own, 'owner')).visitor),
    foreignOwner: tokenOf((await appointOperator(other, 'owner')).visitor),
    appointedNowhere: tokenOf((await newPlatformUser()).visitor),
  };
}

/** The session token in a visitor's jar. */
export function tokenOf(visitor: ApiVisitor): string {
  const found = visitor.cookie.split('; ').find((pair) => pair.startsWith(`${SESSION_COOKIE}=`));
  if (found === undefined) throw new TypeError('this visitor is not signed in');
  return found.slice(SESSION_COOKIE.length + 1);
}

/** What the database holds of a token. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();

/** Brings sessions back that a test had to end. */
export async function reviveSessions(tokens: readonly string[]): Promise<void> {
  await withClient('superuser', (client) =>
    client.query('update sessions set revoked_at = null, end_reason = null where token_hash = any($1)', [
      tokens.map(hashOf),
    ]),
  );
}

/** The id of a session. */
export async function sessionIdOf(token: string): Promise<string> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ id: string }>('select id from sessions where token_hash = $1', [hashOf(token)]),
  );
  return rows[0]?.id ?? '';
}

/** Another session just like this one, so that ending it ends nothing that is still needed. */
export async function copySession(token: string, hoursOld = 0): Promise<string> {
  const copy = randomBytes(32).toString('base64url');
  const { rowCount } = await withClient('superuser', (client) =>
    client.query(
      `insert into sessions (site_id, id, user_id, token_hash, method, created_at, expires_at, revoked_at)
       select site_id, gen_random_uuid(), user_id, $2, method, created_at - make_interval(hours => $3), expires_at, revoked_at
       from sessions where token_hash = $1`,
      [hashOf(token), hashOf(copy), hoursOld],
    ),
  );
  if (rowCount !== 1) throw new Error('there is no such session');
  return copy;
}
