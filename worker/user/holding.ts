import { sql } from 'drizzle-orm';
import type { HoldingAccount } from '../../domain/user/join.ts';
import { expectRows, type Statements } from '../../drizzle/transaction.ts';
import type { Visitor } from '../http/visitor.ts';
import { endSessions } from '../session/end.ts';

/** What the transaction's person has, as SQL: at most one row. */
const HOLDING = sql`
  select u.id, u.status, coalesce(r.agent_status, 'none') <> 'none' as "isAgent",
    (select count(*) from orders o where o.site_id = u.site_id and o.user_id = u.id)::int as orders,
    (select count(*) from allocations a where a.site_id = u.site_id and a.user_id = u.id)::int as allocations,
    (select count(*) from referrals b where b.site_id = u.site_id and b.referrer_id = u.id)::int as referred,
    (select count(*) from commission_entries c where c.site_id = u.site_id and c.agent_id = u.id)::int as commissions,
    (select count(*) from wallets w where w.site_id = u.site_id and w.user_id = u.id and w.unbound_at is null)::int
      + (u.auth0_sub is not null)::int - 1 as "otherWays"
  from users u left join referrals r on r.site_id = u.site_id and r.user_id = u.id
  where u.site_id = app.site_id() and u.id = app.user_id() and u.closed_at is null`;

/** Reads what the transaction's person has beside the one way in by which they were just identified. */
export const readHolding = (db: Statements) => db.execute<HoldingAccount & Record<string, unknown>>(HOLDING);

/**
 * The statements that close the transaction's person, whose one way in goes to another account of theirs: to be given by
 * what follows, once that other account is the transaction's person. The account must still be empty. What it might
 * meanwhile waits, by the lock under which a buyer's orders wait for each other.
 */
export const closeHolding = (db: Statements, who: Visitor) =>
  [
    db.execute(
      sql`select pg_advisory_xact_lock(hashtextextended('buyer:' || app.site_id()::text || app.user_id()::text, 0))`,
    ),
    db.execute(
      expectRows(
        sql`select 1 from (${HOLDING}) as holding where status = 'active' and not "isAgent"
          and orders + allocations + referred + commissions + "otherWays" = 0`,
        'guard.changed',
      ),
    ),
    endSessions(db, who, sql`true`, { reason: 'joined', event: 'session_revoked' }),
    db.execute(
      sql`update users set closed_at = app.now(), auth0_sub = null, email = null, email_verified = false
        where site_id = app.site_id() and id = app.user_id()`,
    ),
  ] as const;
