import { sql } from 'drizzle-orm';
import { sessions } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';

/**
 * Ends the visitor's session everywhere at once. Without one, or with one that has ended, it changes nothing.
 *
 * @throws DomainError `host.unknown`
 */
export async function signOut(env: Env, who: Visitor): Promise<void> {
  await transact(buyerDatabase(env), entryOf(who, 'nobody'), (db) => [
    db
      .update(sessions)
      .set({ revokedAt: sql`app.now()` })
      .where(
        sql`${sessions.siteId} = app.site_id() and ${sessions.userId} = app.user_id()
          and encode(${sessions.tokenHash}, 'hex') = app.setting('app.session')`,
      ),
  ]);
}
