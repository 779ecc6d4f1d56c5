import { sql, type SQL } from 'drizzle-orm';
import type { loginAudit, sessions } from '../../drizzle/schema/index.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import type { Visitor } from '../http/visitor.ts';

/** Neither ended nor over: what `app.enter` would admit. */
export const ALIVE = sql`revoked_at is null and expires_at > app.now()
  and seen_at + make_interval(mins => idle_minutes) > app.now()`;

/** The session that the request came with. */
export const CURRENT = sql`encode(token_hash, 'hex') = app.setting('app.session')`;

/** How sessions end, and what the trail says of it. */
interface Ending {
  reason: NonNullable<(typeof sessions.$inferSelect)['endReason']>;
  /** None for a session that another one takes the place of: that one's own row tells. */
  event?: (typeof loginAudit.$inferSelect)['event'];
}

/** A session that was just ended. */
export interface EndedSession extends Record<string, unknown> {
  site_id: string;
  id: string;
  method: 'wallet' | 'auth0';
  /** Sealed, as it stood in the row; the row has it no more. */
  refresh_token: string | null;
}

/**
 * The statement that ends those living sessions of the transaction's person that `which` names: everywhere at once, since
 * every request looks its session up.
 */
export function endSessions(db: Statements, who: Visitor, which: SQL, { reason, event }: Ending) {
  const told =
    event === undefined
      ? sql``
      : sql`, told as (
          insert into login_audit (site_id, id, user_id, event, method, session_id, client_address, user_agent, request_id, at)
          select app.site_id(), uuidv7(), app.user_id(), ${event}, ended.method, ended.id, ${who.clientAddress},
            ${who.userAgent}, ${who.requestId}, app.now() from ended)`;
  return db.execute<EndedSession>(sql`
    with ended as (
      update sessions set revoked_at = app.now(), end_reason = ${reason}, refresh_token = null
      where site_id = app.site_id() and user_id = app.user_id() and ${ALIVE} and ${which}
      returning new.site_id, new.id, new.method, old.refresh_token
    )${told}
    select site_id, id, method, refresh_token from ended`);
}
