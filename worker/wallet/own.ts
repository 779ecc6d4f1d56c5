import { sql, type SQL } from 'drizzle-orm';
import { getAddress } from 'ethers';
import { wallets, type loginAudit } from '../../drizzle/schema/index.ts';
import { expectRows, type Statements } from '../../drizzle/transaction.ts';
import type { Visitor } from '../http/visitor.ts';
import type { BoundWallet } from './shape.ts';

type LoginEvent = (typeof loginAudit.$inferSelect)['event'];

export type WalletRow = typeof wallets.$inferSelect;

/** In a statement over wallets alone: the bound ones of the transaction's person. */
export const OWN = sql`site_id = app.site_id() and user_id = app.user_id() and unbound_at is null`;

/** The bound wallets of the transaction's person, the first bound first. */
export const ownWallets = (db: Statements) =>
  db.select().from(wallets).where(OWN).orderBy(wallets.verifiedAt, wallets.id);

/**
 * Makes whatever changes a person's wallets wait for each other, and for orders that name one: counts hold until the
 * transaction ends. The same lock as `app.place_order` takes.
 */
export const lockPerson = (db: Statements, userId = sql`app.user_id()`) =>
  db.execute(
    sql`select pg_advisory_xact_lock(hashtextextended('buyer:' || app.site_id()::text || ${userId}::text, 0))`,
  );

/** A suspended person reads and changes nothing. */
export const mayChange = (db: Statements) =>
  db.execute(
    expectRows(
      sql`select 1 from users where site_id = app.site_id() and id = app.user_id() and status <> 'suspended'`,
      'user.suspended',
    ),
  );

/** One row of the trail for each row of `changed`, a part of the same statement: what changed nothing is not told. */
export const auditEach = (who: Visitor, event: LoginEvent, changed: SQL): SQL => sql`
  insert into login_audit (site_id, id, user_id, event, client_address, user_agent, request_id, at)
  select app.site_id(), uuidv7(), app.user_id(), ${event}, ${who.clientAddress}, ${who.userAgent}, ${who.requestId}, app.now()
  from ${changed}`;

/** A wallet as the API shows it. */
export const presentWallet = (row: WalletRow): BoundWallet => ({
  id: row.id,
  address: getAddress(row.address),
  primary: row.isPrimary,
  bound_at: row.verifiedAt.toISOString(),
});
