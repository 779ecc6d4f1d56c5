import { desc, sql, type SQL } from 'drizzle-orm';
import { v7 as uuidv7 } from 'uuid';
import {
  allocations,
  commissionEntries,
  loginAudit,
  orderEvents,
  orders,
  payments,
  payouts,
  referrals,
  releases,
  sessions,
  users,
  wallets,
} from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import type { Export } from './shape.ts';

/** More than a person has; an answer has an end all the same. */
const ROWS_MAX = 10_000;

/** Without the hash and the sealed token: both are secrets, of whoever holds the session. */
const SESSION = {
  id: sessions.id,
  method: sessions.method,
  createdAt: sessions.createdAt,
  expiresAt: sessions.expiresAt,
  seenAt: sessions.seenAt,
  revokedAt: sessions.revokedAt,
  endReason: sessions.endReason,
  userAgent: sessions.userAgent,
};

const REFERRAL = {
  code: referrals.code,
  referred: sql<boolean>`${referrals.referrerId} is not null`,
  boundAt: referrals.boundAt,
  agentStatus: referrals.agentStatus,
  directSalesMinor: referrals.directSalesMinor,
};

const mine = (siteColumn: unknown, personColumn: unknown): SQL =>
  sql`${siteColumn} = app.site_id() and ${personColumn} = app.user_id()`;

/**
 * Everything the site keeps of the visitor, in one round trip; that it was asked for is on record with it. No secrets
 * (hashes and tokens of sessions), and nobody else: who referred them is told as a yes or no.
 *
 * @throws DomainError `auth.required`, `auth.fresh_required`
 */
export async function exportMe(env: Env, who: Visitor): Promise<Export> {
  const [
    entered,
    person,
    walletRows,
    sessionRows,
    logins,
    orderRows,
    events,
    paid,
    allocated,
    due,
    sent,
    referred,
    earned,
  ] = await transact(buyerDatabase(env), entryOf(who, 'fresh'), (db) => [
    db.select().from(users).where(mine(users.siteId, users.id)),
    db.select().from(wallets).where(mine(wallets.siteId, wallets.userId)).limit(ROWS_MAX),
    db.select(SESSION).from(sessions).where(mine(sessions.siteId, sessions.userId)).limit(ROWS_MAX),
    db.select().from(loginAudit).where(mine(loginAudit.siteId, loginAudit.userId)).limit(ROWS_MAX),
    db.select().from(orders).where(mine(orders.siteId, orders.userId)).limit(ROWS_MAX),
    db.select().from(orderEvents).where(mine(orderEvents.siteId, orderEvents.userId)).limit(ROWS_MAX),
    db.select().from(payments).where(mine(payments.siteId, payments.userId)).limit(ROWS_MAX),
    db.select().from(allocations).where(mine(allocations.siteId, allocations.userId)).limit(ROWS_MAX),
    db.select().from(releases).where(mine(releases.siteId, releases.userId)).limit(ROWS_MAX),
    db.select().from(payouts).where(mine(payouts.siteId, payouts.userId)).limit(ROWS_MAX),
    db.select(REFERRAL).from(referrals).where(mine(referrals.siteId, referrals.userId)),
    db
      .select()
      .from(commissionEntries)
      .where(mine(commissionEntries.siteId, commissionEntries.agentId))
      .orderBy(desc(commissionEntries.id))
      .limit(ROWS_MAX),
    db.insert(loginAudit).values({
      siteId: sql`app.site_id()`,
      id: uuidv7(),
      userId: sql`app.user_id()`,
      event: 'exported',
      clientAddress: who.clientAddress,
      userAgent: who.userAgent,
      requestId: who.requestId,
      at: sql`app.now()`,
    }),
  ]);
  return {
    exported_at: entered.now.toISOString(),
    site: entered.siteCode,
    account: person.map(plain),
    wallets: walletRows.map(plain),
    sessions: sessionRows.map(plain),
    sign_ins: logins.map(plain),
    orders: orderRows.map(plain),
    order_events: events.map(plain),
    payments: paid.map(plain),
    allocations: allocated.map(plain),
    releases: due.map(plain),
    payouts: sent.map(plain),
    referral: referred.map(plain),
    commissions: earned.map(plain),
  };
}

/** A row as JSON: names as everywhere in the API, amounts as texts. The site's own id says nothing to anybody. */
function plain(row: Record<string, unknown>): Record<string, string | number | boolean | null> {
  const told = Object.entries(row).filter(([name]) => name !== 'siteId');
  return Object.fromEntries(
    told.map(([name, value]) => [name.replace(/[A-Z0-9]+/g, (part) => `_${part.toLowerCase()}`), jsonOf(value)]),
  );
}

function jsonOf(value: unknown): string | number | boolean | null {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value === null || value === undefined ? null : JSON.stringify(value);
}
