import { sql } from 'drizzle-orm';
import { v5 as uuidv5 } from 'uuid';
import { DomainError } from '../../domain/error.ts';
import { transact } from '../../drizzle/transaction.ts';
import { audit } from '../audit.ts';
import { adminDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { setBlocked, type Blocking } from './management.ts';
import type { BlockResult } from './shape.ts';

/** Audit rows name things by UUID, Auth0's people have none: this one follows from the subject. */
const SUBJECTS = 'b5a4b3f0-6f0d-4c53-9f6c-7b1f3c0f1e11';

interface Order {
  subject: string;
  blocked: boolean;
  reason: string;
}

/**
 * Blocks or unblocks a person at Auth0, for every site. The intent is on record before Auth0 is told, the outcome after;
 * with the outcome of a block all sessions that the person has on any site end.
 *
 * @throws DomainError `auth.required`, `request.not_found` to everybody but administrators; `user.unknown`;
 *   `auth.unavailable` (retry) when Auth0 refused or nobody can tell what it did
 */
export async function blockPerson(env: Env, who: Visitor, order: Order): Promise<BlockResult> {
  await record(env, who, order, 'begun');
  const outcome = await setBlocked(env, order.subject, order.blocked);
  const ended = await record(env, who, order, outcome);
  if (outcome === 'unknown_user') throw new DomainError('user.unknown');
  if (outcome !== 'done') throw new DomainError('auth.unavailable');
  return { subject: order.subject, blocked: order.blocked, sessions_ended: ended };
}

/** @returns how many sessions ended with it */
async function record(env: Env, who: Visitor, order: Order, outcome: 'begun' | Blocking): Promise<number> {
  const { subject, blocked, reason } = order;
  const [, , , ended] = await transact(adminDatabase(env), entryOf(who, 'administrator'), (db) => {
    const deed = audit(db, who, {
      action: blocked ? 'person.block' : 'person.unblock',
      subjectType: 'person',
      subjectId: uuidv5(subject, SUBJECTS),
      before: null,
      after: { subject, reason, outcome },
    });
    const ends = blocked && outcome === 'done';
    const nothing = sql`select 0 as count`;
    // After the audit row, which is the administrator's own: from here on the transaction speaks of the person. Naming
    // them is what lets an administrator end their sessions, and nobody else's.
    const name = sql`select app.identify_subject(${subject})`;
    const ending = sql`with ended as (
        update sessions s set revoked_at = app.now(), end_reason = 'blocked' from users u
        where u.site_id = s.site_id and u.id = s.user_id and u.auth0_sub = ${subject} and s.revoked_at is null returning 1)
      select count(*)::integer as count from ended`;
    return [deed, db.execute(ends ? name : nothing), db.execute<{ count: number }>(ends ? ending : nothing)];
  });
  return ended.rows[0]?.count ?? 0;
}
