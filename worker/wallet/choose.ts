import { sql } from 'drizzle-orm';
import { expectRows, transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { OWN, auditEach, lockPerson, mayChange, ownWallets, presentWallet } from './own.ts';
import type { BoundWallet } from './shape.ts';

/**
 * Makes a bound wallet the primary one: the page offers it first. No payout moves by it. One round trip; repeating it
 * changes nothing.
 *
 * @throws DomainError `auth.required`, `auth.fresh_required`, `user.suspended`, `wallet.unknown`
 */
export async function chooseWallet(env: Env, who: Visitor, walletId: string): Promise<{ items: BoundWallet[] }> {
  const [, , , , , , rows] = await transact(buyerDatabase(env), entryOf(who, 'fresh'), (db) => [
    lockPerson(db),
    mayChange(db),
    db.execute(expectRows(sql`select 1 from wallets where ${OWN} and id = ${walletId}`, 'wallet.unknown')),
    db.execute(sql`update wallets set is_primary = false where ${OWN} and is_primary and id <> ${walletId}`),
    db.execute(sql`
      with chosen as (update wallets set is_primary = true where ${OWN} and id = ${walletId} and not is_primary returning 1)
      ${auditEach(who, 'wallet_primary', sql`chosen`)}`),
    ownWallets(db),
  ]);
  return { items: rows.map(presentWallet) };
}
