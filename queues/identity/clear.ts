import { sql, type SQL } from 'drizzle-orm';
import { transact } from '../../drizzle/transaction.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX, type SweepResult } from '../sweep/rows.ts';

/** A challenge that ended a day ago, used or not. */
const nonceOver = sql`expires_at < app.now() - interval '1 day'`;

/** A session that ended a month ago. One that nobody used in time is found once its own time is over too. */
const sessionOver = sql`(expires_at < app.now() - interval '30 days' or revoked_at < app.now() - interval '30 days')`;

/** A key that is no longer honoured. */
const keyOver = sql`created_at < app.now() - interval '48 hours'`;

/** From where somebody signed in, a year later. */
const loginOver = sql`has_personal and at < app.now() - interval '1 year'`;

const dueIn = (table: SQL, over: SQL): SQL =>
  sql`exists (select from ${table} t where t.site_id = "sites"."id" and ${over})`;

/** Whether a site has rows to clear: for the sweeps' table. */
export const hasOldNonces = (): SQL => dueIn(sql`auth_nonces`, nonceOver);
export const hasOldSessions = (): SQL => dueIn(sql`sessions`, sessionOver);
export const hasOldKeys = (): SQL => dueIn(sql`idempotency_keys`, keyOver);
export const hasOldLogins = (): SQL => dueIn(sql`login_audit`, loginOver);

/** The oldest rows by a date, where the consumer may not read the rows' names. Two at once find the same ones gone. */
const deleteOldest = (table: SQL, date: SQL, over: SQL): SQL => sql`
  delete from ${table} where site_id = app.site_id() and ${over} and ${date} <= (
    select max(o.${date}) from (
      select ${date} from ${table} where site_id = app.site_id() and ${over} order by ${date} limit ${SWEEP_ROWS_MAX}) o)
  returning 1`;

/** Deletes challenges that are over. */
export const clearNonces = (ports: Ports, site: string): Promise<SweepResult> =>
  count(ports, site, deleteOldest(sql`auth_nonces`, sql`expires_at`, nonceOver));

/** Deletes idempotency keys that are no longer honoured. */
export const clearKeys = (ports: Ports, site: string): Promise<SweepResult> =>
  count(ports, site, deleteOldest(sql`idempotency_keys`, sql`created_at`, keyOver));

/** Deletes sessions that are long over. */
export const clearSessions = (ports: Ports, site: string): Promise<SweepResult> =>
  count(
    ports,
    site,
    sql`delete from sessions where site_id = app.site_id() and id in (
      select id from sessions where site_id = app.site_id() and ${sessionOver}
      limit ${SWEEP_ROWS_MAX} for update skip locked) returning 1`,
  );

/** Cuts addresses and browsers out of old sign-ins; that there was one stays. */
export const cutLogins = (ports: Ports, site: string): Promise<SweepResult> =>
  count(
    ports,
    site,
    sql`update login_audit set client_address = null, user_agent = null where site_id = app.site_id() and id in (
      select id from login_audit where site_id = app.site_id() and ${loginOver}
      limit ${SWEEP_ROWS_MAX} for update skip locked) returning 1`,
  );

async function count(ports: Ports, site: string, statement: SQL): Promise<SweepResult> {
  const [, { rows }] = await transact(ports.database, { site }, (db) => [db.execute(statement)]);
  return { found: rows.length, moved: rows.length, failed: 0 };
}
