import { sql } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { makeReferralCode } from '../../domain/referral/code.ts';
import { loginAudit, referrals, users } from '../../drizzle/schema/index.ts';
import { expectRows, transact, type Statements } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { loginRow } from '../session/login_event.ts';
import { openSession, replaceSession, type Ticket } from '../session/open.ts';
import { closeHolding } from '../user/holding.ts';
import type { Identity } from './id_token.ts';

/** Somebody whom Auth0 vouches for, about to get a session. */
export interface Arrival {
  site: { id: string; code: string };
  identity: Identity;
  ticket: Ticket;
  /** Sealed. */
  refreshToken: string;
  /** Of somebody new. */
  locale: string | null;
}

/** The address by which an operator may have been appointed: one that Auth0 has verified. */
export const invitationOf = ({ email, emailVerified }: Identity): string | null => (emailVerified ? email : null);

/** Signs in the account of this identity. @param userId as it was found; null for a new account */
export async function commitEntry(env: Env, who: Visitor, arrival: Arrival, userId: string | null): Promise<void> {
  const { site, identity, locale } = arrival;
  const id = userId ?? uuidv7();
  const code = makeReferralCode(site.code, crypto.getRandomValues(new Uint8Array(5)));
  await transact(buyerDatabase(env), entryOf(who, 'nobody'), (db) => {
    const opened = open(db, who, arrival, id);
    if (userId !== null) {
      return [replaceSession(db, who), identify(db, identity, userId), giveIdentity(db, identity), ...opened];
    }
    return [
      replaceSession(db, who),
      db.execute(sql`select app.become(${id})`),
      db.insert(users).values({
        ...{ siteId: site.id, id, status: 'active', kyc: 'none', locale, createdAt: sql`app.now()` },
        ...{ auth0Sub: identity.subject, email: identity.email, emailVerified: identity.emailVerified },
      }),
      db.insert(referrals).values({ siteId: site.id, userId: id, code, agentStatus: 'none', directSalesMinor: 0n }),
      ...opened,
    ];
  });
}

/**
 * Adds the identity to the account that is signed in.
 *
 * @param from the empty account that has it so far, to be closed
 */
export async function commitJoin(
  env: Env,
  who: Visitor,
  arrival: Arrival,
  userId: string,
  from: string | null,
): Promise<void> {
  const { identity } = arrival;
  await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => {
    const joined = [
      giveIdentity(db, identity),
      db.insert(loginAudit).values(loginRow(who, { userId, event: 'identity_joined', method: 'auth0' })),
      ...open(db, who, arrival, userId),
    ] as const;
    if (from === null) return [replaceSession(db, who), ...joined];
    return [
      replaceSession(db, who),
      identify(db, identity, from),
      ...closeHolding(db, who),
      db.execute(sql`select app.become(${userId})`),
      ...joined,
    ];
  });
}

const open = (db: Statements, who: Visitor, { site, ticket, refreshToken }: Arrival, userId: string) =>
  openSession(db, who, { siteId: site.id, userId, method: 'auth0', ticket, refreshToken });

/** Makes the transaction's person whoever has this identity: still the one that was decided on. */
const identify = (db: Statements, identity: Identity, userId: string) =>
  db.execute(
    sql`select app.expect((app.identify_subject(${identity.subject}, ${invitationOf(identity)}) = ${userId})::int,
      'guard.changed')`,
  );

/** Writes the identity, and the address Auth0 tells today, to the transaction's person, who has no other identity. */
const giveIdentity = (db: Statements, { subject, email, emailVerified }: Identity) =>
  db.execute(
    expectRows(
      sql`update users set auth0_sub = ${subject}, email = ${email}, email_verified = ${emailVerified}
        where site_id = app.site_id() and id = app.user_id() and closed_at is null
          and (auth0_sub is null or auth0_sub = ${subject}) returning 1`,
      'guard.changed',
    ),
  );
