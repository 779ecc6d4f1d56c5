import { desc, sql } from 'drizzle-orm';
import { sessions } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { ALIVE } from './end.ts';
import type { SessionList } from './shape.ts';

/** Nobody signs in to a hundred browsers; whoever does ends them all at once. */
const LISTED = 100;

/** The visitor's living sessions, the last used first. @throws DomainError `auth.required` */
export async function listSessions(env: Env, who: Visitor): Promise<SessionList> {
  const [entered, rows] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    db
      .select({
        id: sessions.id,
        method: sessions.method,
        createdAt: sessions.createdAt,
        seenAt: sessions.seenAt,
        expiresAt: sessions.expiresAt,
        userAgent: sessions.userAgent,
      })
      .from(sessions)
      .where(sql`${sessions.siteId} = app.site_id() and ${sessions.userId} = app.user_id() and ${ALIVE}`)
      .orderBy(desc(sessions.seenAt), desc(sessions.id))
      .limit(LISTED),
  ]);
  return {
    items: rows.map(({ id, method, createdAt, seenAt, expiresAt, userAgent }) => ({
      id,
      method,
      created_at: createdAt.toISOString(),
      seen_at: seenAt.toISOString(),
      expires_at: expiresAt.toISOString(),
      user_agent: userAgent,
      current: id === entered.sessionId,
    })),
  };
}
