import { and, asc, desc, eq, lt, sql, type SQL } from 'drizzle-orm';
import { getAddress } from 'ethers';
import { z } from 'zod';
import { DomainError } from '../../../domain/error.ts';
import { orders, referrals, users, wallets } from '../../../drizzle/schema/index.ts';
import { transact } from '../../../drizzle/transaction.ts';
import { readerDatabase } from '../../database.ts';
import type { Env } from '../../env.ts';
import { decodeCursor, pageOf } from '../../http/page.ts';
import { entryOf, type Visitor } from '../../http/visitor.ts';
import type { AdminUser, AdminUserDetail } from './shape.ts';

type User = typeof users.$inferSelect;
type Referral = typeof referrals.$inferSelect;

const ofSite = sql`${users.siteId} = app.site_id()`;
const ownReferral = and(eq(referrals.siteId, users.siteId), eq(referrals.userId, users.id));
const primaryWallet = and(eq(wallets.siteId, users.siteId), eq(wallets.userId, users.id), wallets.isPrimary);

interface Found {
  user: User;
  referral: Referral | null;
  address: string | null;
}

const present = ({ user, referral, address }: Found): AdminUser => ({
  id: user.id,
  email: user.email,
  wallet_address: address === null ? null : getAddress(address),
  status: user.status,
  status_reason: user.statusReason,
  kyc: user.kyc,
  locale: user.locale,
  referral_code: referral?.code ?? null,
  agent_status: referral?.agentStatus ?? null,
  created_at: user.createdAt.toISOString(),
  closed_at: user.closedAt?.toISOString() ?? null,
});

/** What is searched for says itself what it is, and each has its index. */
function matching(text: string | undefined): SQL | undefined {
  if (text === undefined) return undefined;
  if (text.includes('@')) return eq(users.email, text.toLowerCase());
  if (/^0x[0-9a-f]{40}$/i.test(text)) {
    return sql`${users.id} in (select w.user_id from wallets w
      where w.site_id = app.site_id() and w.address = ${text.toLowerCase()} and w.unbound_at is null)`;
  }
  if (z.uuid().safeParse(text).success) return eq(users.id, text);
  return sql`${users.id} in (select r.user_id from referrals r
    where r.site_id = app.site_id() and r.code = ${text.toUpperCase()})`;
}

/**
 * Users of a site, the newest first.
 *
 * @throws DomainError `request.not_found`, `auth.required`; `request.malformed` for a foreign cursor
 */
export async function readUsers(
  env: Env,
  who: Visitor,
  site: string,
  query: { q?: string | undefined; status?: User['status'] | undefined; limit: number; cursor?: string | undefined },
): Promise<{ items: AdminUser[]; next_cursor: string | null }> {
  const before = decodeCursor(query.cursor);
  const [, rows] = await transact(readerDatabase(env), entryOf(who, 'support', site), (db) => [
    db
      .select({ user: users, referral: referrals, address: wallets.address })
      .from(users)
      .leftJoin(referrals, ownReferral)
      .leftJoin(wallets, primaryWallet)
      .where(
        and(
          ofSite,
          matching(query.q),
          query.status === undefined ? undefined : eq(users.status, query.status),
          before === undefined ? undefined : lt(users.id, before),
        ),
      )
      .orderBy(desc(users.id))
      .limit(query.limit + 1),
  ]);
  return pageOf(
    rows.map((row) => ({ id: row.user.id, row })),
    query.limit,
    ({ row }) => present(row),
  );
}

/** One user of a site. @throws DomainError `request.not_found`, `auth.required`; `user.unknown` as for another site's */
export async function readUser(env: Env, who: Visitor, site: string, userId: string): Promise<AdminUserDetail> {
  const [, userRows, walletRows, orderRows] = await transact(
    readerDatabase(env),
    entryOf(who, 'support', site),
    (db) => [
      db
        .select({ user: users, referral: referrals, address: wallets.address })
        .from(users)
        .leftJoin(referrals, ownReferral)
        .leftJoin(wallets, primaryWallet)
        .where(and(ofSite, eq(users.id, userId))),
      db
        .select()
        .from(wallets)
        .where(and(sql`${wallets.siteId} = app.site_id()`, eq(wallets.userId, userId)))
        .orderBy(asc(wallets.id)),
      db
        .select({ count: sql<number>`count(*)::integer` })
        .from(orders)
        .where(and(sql`${orders.siteId} = app.site_id()`, eq(orders.userId, userId))),
    ],
  );
  const [found] = userRows;
  if (found === undefined) throw new DomainError('user.unknown');
  return {
    ...present(found),
    email_verified: found.user.emailVerified,
    wallets: walletRows.map(({ id, address, isPrimary, unboundAt }) => ({
      id,
      address: getAddress(address),
      primary: isPrimary,
      unbound_at: unboundAt?.toISOString() ?? null,
    })),
    order_count: orderRows[0]?.count ?? 0,
  };
}
