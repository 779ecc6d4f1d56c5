import { and, eq, sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { DomainError } from '../../domain/error.ts';
import { makeReferralCode } from '../../domain/referral/code.ts';
import { authNonces, referrals, sites, users, wallets } from '../../drizzle/schema/index.ts';
import { decideAgain, expectRows, transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { makeTicket, openSession, replaceSession, type Ticket } from '../session/open.ts';
import { sha256Hex } from './hash.ts';
import { parseMessage, verifyChallenge } from './message.ts';

interface SignedMessage {
  message: string;
  signature: string;
  browserToken: string;
}

/**
 * Signs a wallet in: the first time on a site it makes the user. On the platform host only a known wallet is admitted,
 * since operators are appointed. The session that the request came with ends.
 *
 * @returns the new session; its token is for the cookie and is never stored
 * @throws DomainError `auth.message_invalid`, `auth.nonce_invalid`, `auth.signature_invalid`, `auth.not_operator`
 */
export async function signIn(env: Env, who: Visitor, signed: SignedMessage): Promise<Ticket> {
  const { nonce, address } = parseMessage(signed.message);
  const identity = address.toLowerCase();
  const browserHash = await sha256Hex(signed.browserToken);
  const ticket = await makeTicket();
  await decideAgain(3, async () => {
    const known = await load(env, who, { nonce, identity, browserHash });
    await verifyChallenge(env, signed.message, signed.signature, {
      ...who,
      purpose: 'sign_in',
      address: identity,
      nonce,
      siteName: known.site.name,
      chainId: known.site.chainId,
      issuedAt: known.issuedAt,
    });
    if (known.userId === null && known.site.kind === 'platform') throw new DomainError('auth.not_operator');
    await commit(env, who, { ...known, nonce, identity, ticket });
  });
  return ticket;
}

interface Known {
  site: typeof sites.$inferSelect;
  issuedAt: Date;
  userId: string | null;
}

async function load(
  env: Env,
  who: Visitor,
  proof: { nonce: string; identity: string; browserHash: string },
): Promise<Known> {
  const [, siteRows, nonceRows, identified] = await transact(
    buyerDatabase(env),
    { host: who.hostname, requires: 'nobody' },
    (db) => [
      db
        .select()
        .from(sites)
        .where(sql`${sites.id} = app.site_id()`),
      db
        .select()
        .from(authNonces)
        .where(
          and(
            sql`${authNonces.siteId} = app.site_id()`,
            eq(authNonces.nonce, proof.nonce),
            eq(authNonces.browserHash, proof.browserHash),
            eq(authNonces.address, proof.identity),
            eq(authNonces.purpose, 'sign_in'),
            sql`${authNonces.usedAt} is null and ${authNonces.expiresAt} > app.now()`,
          ),
        ),
      db.execute<{ user_id: string | null }>(sql`select app.identify(${proof.identity}) as user_id`),
    ],
  );
  const [site] = siteRows;
  const [nonce] = nonceRows;
  if (site === undefined || nonce === undefined) throw new DomainError('auth.nonce_invalid');
  return { site, issuedAt: nonce.issuedAt, userId: identified.rows[0]?.user_id ?? null };
}

async function commit(
  env: Env,
  who: Visitor,
  change: Known & { nonce: string; identity: string; ticket: Ticket },
): Promise<void> {
  const { site, identity, ticket } = change;
  const userId = change.userId ?? uuidv7();
  const owner = { siteId: site.id, userId };
  const now = sql`app.now()`;
  const code = makeReferralCode(site.code, crypto.getRandomValues(new Uint8Array(5)));
  await transact(buyerDatabase(env), entryOf(who, 'nobody'), (db) => {
    // One use, in time: of two that bring the same signature one finds no row left.
    const useNonce = db.execute(
      expectRows(
        sql`update auth_nonces set used_at = app.now() where site_id = app.site_id() and nonce = ${change.nonce}
          and used_at is null and expires_at > app.now() returning 1`,
        'auth.nonce_invalid',
      ),
    );
    const opened = openSession(db, who, { ...owner, method: 'wallet', ticket });
    if (change.userId !== null) {
      // The wallet may have moved to another account since it was looked up.
      const identified = sql`case when app.identify(${identity}) = ${change.userId}::uuid then 1 else 0 end`;
      const same = db.execute(sql`select app.expect(${identified}, 'guard.changed')`);
      return [useNonce, replaceSession(db, who), same, ...opened];
    }
    return [
      useNonce,
      replaceSession(db, who),
      db.execute(sql`select app.become(${userId})`),
      db.insert(users).values({ siteId: site.id, id: userId, status: 'active', kyc: 'none', createdAt: now }),
      db.insert(wallets).values({ ...owner, id: uuidv7(), address: identity, isPrimary: true, verifiedAt: now }),
      db.insert(referrals).values({ ...owner, code, agentStatus: 'none', directSalesMinor: 0n }),
      ...opened,
    ];
  });
}
