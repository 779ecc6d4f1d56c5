import { and, eq, sql, type SQL } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import type { HoldingAccount, JoiningAccount } from '../../domain/user/join.ts';
import { authNonces, sites, users } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';

/** Which challenge a signature answers, for which address, in which browser. */
export interface Proof {
  nonce: string;
  /** In lower case. */
  address: string;
  browserHash: string;
}

/** What is read before a wallet is bound. */
export interface Binding {
  account: JoiningAccount;
  site: typeof sites.$inferSelect;
  issuedAt: Date;
  /** Whose the wallet is now. */
  holder: HoldingAccount | null;
}

interface FactsRow extends Record<string, unknown> {
  id: string;
  status: HoldingAccount['status'];
  is_agent: boolean;
  orders: number;
  allocations: number;
  referred: number;
  commissions: number;
  other_ways: number;
}

/** What the transaction's person has on the site, beside the wallet in question. */
export function factsOf(address: string): SQL {
  const count = (of: SQL) => sql`(select count(*)::integer from ${of})`;
  return sql`
    select u.id, u.status, coalesce(r.agent_status <> 'none', false) as is_agent,
      ${count(sql`orders o where o.site_id = u.site_id and o.user_id = u.id`)} as orders,
      ${count(sql`allocations a where a.site_id = u.site_id and a.user_id = u.id`)} as allocations,
      ${count(sql`referrals c where c.site_id = u.site_id and c.referrer_id = u.id`)} as referred,
      ${count(sql`commission_entries e where e.site_id = u.site_id and e.agent_id = u.id`)} as commissions,
      ${count(sql`wallets w where w.site_id = u.site_id and w.user_id = u.id and w.unbound_at is null and w.address <> ${address}`)}
        + (u.auth0_sub is not null)::integer as other_ways
    from users u left join referrals r on r.site_id = u.site_id and r.user_id = u.id
    where u.site_id = app.site_id() and u.id = app.user_id()`;
}

/** What `decideJoin` moves a wallet from, for the guard of the commit. */
export const IS_EMPTY = sql`f.orders + f.allocations + f.referred + f.commissions + f.other_ways = 0
  and not f.is_agent and f.status = 'active'`;

/**
 * Reads the challenge, and whose the wallet is. Its holder's account is looked at before the signature is: nothing of it
 * is told to anybody who cannot give one.
 *
 * @throws DomainError `auth.required`, `auth.fresh_required`, `auth.nonce_invalid`
 */
export async function loadBinding(env: Env, who: Visitor, { nonce, address, browserHash }: Proof): Promise<Binding> {
  const [, siteRows, [account], nonceRows, , held] = await transact(buyerDatabase(env), entryOf(who, 'fresh'), (db) => [
    db
      .select()
      .from(sites)
      .where(sql`${sites.id} = app.site_id()`),
    db
      .select({ id: users.id, status: users.status })
      .from(users)
      .where(sql`${users.siteId} = app.site_id() and ${users.id} = app.user_id()`),
    db
      .select({ issuedAt: authNonces.issuedAt })
      .from(authNonces)
      .where(
        and(
          sql`${authNonces.siteId} = app.site_id() and ${authNonces.userId} = app.user_id()`,
          sql`${authNonces.usedAt} is null and ${authNonces.expiresAt} > app.now()`,
          eq(authNonces.nonce, nonce),
          eq(authNonces.browserHash, browserHash),
          eq(authNonces.address, address),
          eq(authNonces.purpose, 'bind'),
        ),
      ),
    // From here on the transaction's person is the wallet's holder, or nobody.
    db.execute(sql`select app.identify(${address})`),
    db.execute<FactsRow>(factsOf(address)),
  ]);
  const [site] = siteRows;
  const [challenge] = nonceRows;
  if (site === undefined || account === undefined) throw new TypeError('app.enter admitted nobody as a buyer');
  if (challenge === undefined) throw new DomainError('auth.nonce_invalid');
  return { account, site, issuedAt: challenge.issuedAt, holder: factsFrom(held.rows[0]) };
}

function factsFrom(row: FactsRow | undefined): Binding['holder'] {
  if (row === undefined) return null;
  const { id, status, orders, allocations, referred, commissions } = row;
  return { id, status, orders, allocations, referred, commissions, isAgent: row.is_agent, otherWays: row.other_ways };
}
