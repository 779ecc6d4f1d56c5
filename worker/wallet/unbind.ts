import { sql } from 'drizzle-orm';
import { expectRows, transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { endSessions } from '../session/end.ts';
import { OWN, auditEach, lockPerson, mayChange } from './own.ts';

/**
 * Takes a wallet from the account. Never the last way in: what remains is counted under the lock that every change of
 * wallets takes, among the ways the site offers. Orders and allocations that name the address keep it, and payouts go
 * there until the allocation is sent elsewhere. Sessions that a wallet opened end, all but this one: which of the
 * wallets opened them is not known, and the one that goes may be in other hands. One round trip.
 *
 * @throws DomainError `auth.required`, `auth.fresh_required`, `user.suspended`, `wallet.unknown`, `auth.last_way`
 */
export async function unbindWallet(env: Env, who: Visitor, walletId: string): Promise<void> {
  const others = sql`method = 'wallet' and encode(token_hash, 'hex') <> app.setting('app.session')`;
  await transact(buyerDatabase(env), entryOf(who, 'fresh'), (db) => [
    lockPerson(db),
    mayChange(db),
    db.execute(expectRows(sql`select 1 from wallets where ${OWN} and id = ${walletId}`, 'wallet.unknown')),
    db.execute(
      expectRows(
        sql`select 1 from sites s join users u on u.site_id = s.id and u.id = app.user_id() where s.id = app.site_id()
          and ('email' = any (s.sign_in) and u.auth0_sub is not null
            or 'wallet' = any (s.sign_in) and exists (select from wallets where ${OWN} and id <> ${walletId}))`,
        'auth.last_way',
      ),
    ),
    db.execute(sql`
      with gone as (
        update wallets set is_primary = false, unbound_at = app.now() where ${OWN} and id = ${walletId} returning 1)
      ${auditEach(who, 'wallet_unbound', sql`gone`)}`),
    db.execute(sql`
      update wallets set is_primary = true
      where site_id = app.site_id()
        and id = (select id from wallets where ${OWN} order by verified_at, id limit 1)
        and not exists (select from wallets where ${OWN} and is_primary)`),
    endSessions(db, who, others, { reason: 'revoked', event: 'session_revoked' }),
  ]);
}
