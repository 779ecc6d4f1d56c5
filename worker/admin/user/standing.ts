import { and, eq, sql } from 'drizzle-orm';
import { DomainError } from '../../../domain/error.ts';
import { decideStanding, type Standing } from '../../../domain/user/standing.ts';
import { users } from '../../../drizzle/schema/index.ts';
import { decideAgain, expectRows, transact } from '../../../drizzle/transaction.ts';
import { audit } from '../../audit.ts';
import { operatorDatabase } from '../../database.ts';
import type { Env } from '../../env.ts';
import { entryOf, type Visitor } from '../../http/visitor.ts';
import type { StandingBody } from './shape.ts';

/**
 * Changes what a user may do on a site. The guard is what was read: of two operators at once, the second decides again
 * on what the first left.
 *
 * @throws DomainError `auth.required`, `auth.forbidden`, `request.not_found`; `user.unknown` for an account that does not
 *   exist or is closed; `request.malformed` without the reason that a restriction needs
 */
export async function changeStanding(
  env: Env,
  who: Visitor,
  site: string,
  userId: string,
  change: StandingBody,
): Promise<void> {
  await decideAgain(3, async () => {
    const now = await load(env, who, site, userId);
    const next = decideStanding(now, change);
    if (next !== null) await commit(env, who, site, { userId, now, next, reason: change.reason ?? null });
  });
}

async function load(env: Env, who: Visitor, site: string, userId: string): Promise<Standing> {
  const [, rows] = await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
    db
      .select({ status: users.status, statusReason: users.statusReason, kyc: users.kyc, closedAt: users.closedAt })
      .from(users)
      .where(and(sql`${users.siteId} = app.site_id()`, eq(users.id, userId))),
  ]);
  const [found] = rows;
  if (found === undefined || found.closedAt !== null) throw new DomainError('user.unknown');
  const { status, statusReason, kyc } = found;
  return { status, statusReason, kyc };
}

async function commit(
  env: Env,
  who: Visitor,
  site: string,
  { userId, now, next, reason }: { userId: string; now: Standing; next: Standing; reason: string | null },
): Promise<void> {
  await transact(operatorDatabase(env), entryOf(who, 'manager', site), (db) => [
    db.execute(
      expectRows(
        sql`update users set status = ${next.status}, status_reason = ${next.statusReason}, kyc = ${next.kyc}
          where site_id = app.site_id() and id = ${userId} and closed_at is null and status = ${now.status}
            and status_reason is not distinct from ${now.statusReason} and kyc = ${now.kyc} returning 1`,
        'guard.changed',
      ),
    ),
    audit(db, who, {
      action: 'user.standing',
      subjectType: 'user',
      subjectId: userId,
      before: { status: now.status, status_reason: now.statusReason, kyc: now.kyc },
      after: { status: next.status, status_reason: next.statusReason, kyc: next.kyc, reason },
    }),
  ]);
}
