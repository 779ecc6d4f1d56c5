import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import { ownWallets, presentWallet } from './own.ts';
import type { BoundWallet } from './shape.ts';

/** The visitor's bound wallets. @throws DomainError `auth.required` */
export async function readWallets(env: Env, who: Visitor): Promise<{ items: BoundWallet[] }> {
  const [, rows] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [ownWallets(db)]);
  return { items: rows.map(presentWallet) };
}
