import { sql, type SQL } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import { DomainError } from '../../domain/error.ts';
import { CLOSED_ORDERS, CLOSED_RELEASES, hasOpenClaims, SETTLED_ACCOUNT } from '../../domain/user/anonymise.ts';
import { ledgerAccounts, loginAudit, orders, releases, users } from '../../drizzle/schema/index.ts';
import { expectRows, transact, type Database, type Entry, type Statements } from '../../drizzle/transaction.ts';
import { audit } from '../audit.ts';
import { buyerDatabase, operatorDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';

/**
 * Makes the visitor's own account on this site anonymous, for good.
 *
 * @throws DomainError `auth.required`, `auth.fresh_required`, `user.open_claims`
 */
export async function anonymiseMe(env: Env, who: Visitor): Promise<void> {
  const [database, entry, person] = [buyerDatabase(env), entryOf(who, 'fresh'), sql`app.user_id()`] as const;
  await refuseOpenClaims(database, entry, person);
  await transact(database, entry, (db) => [
    ...forget(db, person),
    db.insert(loginAudit).values({ ...here, userId: person, event: 'anonymised', ...recordOf(who) }),
  ]);
}

/**
 * The same by an owner of the site, on the person's word. Open claims refuse here too: nobody could ever claim them.
 *
 * @throws DomainError `auth.required`, `auth.forbidden`, `request.not_found`, `user.unknown`, `user.open_claims`
 */
export async function anonymiseUser(
  env: Env,
  who: Visitor,
  { site, userId, reason }: { site: string; userId: string; reason: string },
): Promise<void> {
  const [database, entry, person] = [operatorDatabase(env), entryOf(who, 'owner', site), sql`${userId}::uuid`] as const;
  await refuseOpenClaims(database, entry, person);
  await transact(database, entry, (db) => [
    ...forget(db, person),
    audit(db, who, {
      ...{ action: 'user.anonymise', subjectType: 'user', subjectId: userId },
      ...{ before: null, after: { reason } },
    }),
  ]);
}

const here = { siteId: sql`app.site_id()` };
const recordOf = ({ requestId }: Visitor) => ({ id: uuidv7(), requestId, at: sql`app.now()` });

async function refuseOpenClaims(database: Database, entry: Entry, person: SQL): Promise<void> {
  const [, people, orderRows, releaseRows, accounts] = await transact(database, entry, (db) => [
    db
      .select({ closedAt: users.closedAt })
      .from(users)
      .where(sql`${users.siteId} = app.site_id() and ${users.id} = ${person}`),
    db
      .selectDistinct({ status: orders.status })
      .from(orders)
      .where(sql`${orders.siteId} = app.site_id() and ${orders.userId} = ${person}`),
    db
      .selectDistinct({ state: releases.state })
      .from(releases)
      .where(sql`${releases.siteId} = app.site_id() and ${releases.userId} = ${person}`),
    db
      .select({ kind: ledgerAccounts.kind, balance: ledgerAccounts.balance, reserved: ledgerAccounts.reserved })
      .from(ledgerAccounts)
      .where(sql`${ledgerAccounts.siteId} = app.site_id() and ${ledgerAccounts.ownerId} = ${person}`),
  ]);
  const [found] = people;
  if (found === undefined || found.closedAt !== null) throw new DomainError('user.unknown');
  const claims = {
    orders: orderRows.map((row) => row.status),
    releases: releaseRows.map((row) => row.state),
    accounts,
  };
  if (hasOpenClaims(claims)) throw new DomainError('user.open_claims');
}

const listed = (words: readonly string[]) =>
  sql.join(
    words.map((word) => sql`${word}`),
    sql`, `,
  );

/**
 * All that names the person goes; orders, ledger and payouts stay under the user's id, which names nobody any more.
 * What was judged before is looked at once more under the lock that orders take, so that none slips in between.
 */
function forget(db: Statements, person: SQL) {
  const own = sql`site_id = app.site_id() and user_id = ${person}`;
  return [
    db.execute(
      sql`select pg_advisory_xact_lock(hashtextextended('buyer:' || app.site_id()::text || (${person})::text, 0))`,
    ),
    db.execute(sql`select app.expect((
      (select count(*) from orders where ${own} and status not in (${listed(CLOSED_ORDERS)}))
      + (select count(*) from releases where ${own} and state not in (${listed(CLOSED_RELEASES)}))
      + (select count(*) from ledger_accounts where site_id = app.site_id() and owner_id = ${person}
           and (reserved <> 0 or (kind <> ${SETTLED_ACCOUNT} and balance <> 0)))
      )::bigint, 'user.open_claims', 0)`),
    db.execute(
      expectRows(
        sql`update users set email = null, email_verified = false, auth0_sub = null, locale = null, status_reason = null,
          closed_at = app.now() where site_id = app.site_id() and id = ${person} and closed_at is null returning 1`,
        'user.unknown',
      ),
    ),
    // The address goes too: it is a name. Where tokens were sent stays with the orders, the chain tells it anyway.
    db.execute(sql`update wallets set is_primary = false, unbound_at = coalesce(unbound_at, app.now()) where ${own}`),
    db.execute(sql`update wallets set address = app.nameless_address(id) where ${own}`),
    db.execute(sql`update sessions set revoked_at = app.now(), end_reason = 'anonymised'
      where ${own} and revoked_at is null`),
    db.execute(sql`update sessions set user_agent = null, refresh_token = null where ${own}`),
    db.execute(sql`update login_audit set client_address = null, user_agent = null where ${own}`),
  ] as const;
}
