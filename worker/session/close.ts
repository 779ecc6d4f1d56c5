import { sql } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { CURRENT, endSessions, type EndedSession } from './end.ts';

/**
 * Ends the visitor's session. Without one, or with one that has ended, it changes nothing.
 *
 * @returns the session that was ended
 * @throws DomainError `host.unknown`
 */
export async function signOut(env: Env, who: Visitor): Promise<EndedSession | undefined> {
  const [, ended] = await transact(buyerDatabase(env), entryOf(who, 'nobody'), (db) => [
    endSessions(db, who, CURRENT, { reason: 'signed_out', event: 'signed_out' }),
  ]);
  return ended.rows[0];
}

/**
 * Ends one of the visitor's sessions, here or in another browser.
 *
 * @returns the session that was ended, and whether it was the one that asks
 * @throws DomainError `auth.required`, `session.unknown` for one that is over, somebody else's or nobody's
 */
export async function revokeSession(
  env: Env,
  who: Visitor,
  id: string,
): Promise<{ ended: readonly EndedSession[]; current: boolean }> {
  const [entered, ended] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    endSessions(db, who, sql`id = ${id}`, { reason: 'revoked', event: 'session_revoked' }),
  ]);
  if (ended.rows.length === 0) throw new DomainError('session.unknown');
  return { ended: ended.rows, current: entered.sessionId === id };
}

/** Ends every session of the visitor but the one that asks. @throws DomainError `auth.required` */
export async function revokeOthers(env: Env, who: Visitor): Promise<readonly EndedSession[]> {
  const [, ended] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    endSessions(db, who, sql`(${CURRENT}) is not true`, { reason: 'revoked', event: 'session_revoked' }),
  ]);
  return ended.rows;
}
