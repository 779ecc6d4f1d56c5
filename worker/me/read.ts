import { getAddress } from 'ethers';
import { sql } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { referrals, users, wallets } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import type { Me } from './shape.ts';

/** The visitor's own account. @throws DomainError `auth.required` */
export async function readMe(env: Env, who: Visitor): Promise<Me> {
  const [, userRows, walletRows, referralRows] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    db
      .select()
      .from(users)
      .where(sql`${users.siteId} = app.site_id() and ${users.id} = app.user_id()`),
    db
      .select()
      .from(wallets)
      .where(
        sql`${wallets.siteId} = app.site_id() and ${wallets.userId} = app.user_id() and ${wallets.unboundAt} is null`,
      )
      .orderBy(wallets.id),
    db
      .select()
      .from(referrals)
      .where(sql`${referrals.siteId} = app.site_id() and ${referrals.userId} = app.user_id()`),
  ]);
  const [user] = userRows;
  if (user === undefined) throw new DomainError('auth.required');
  const [referral] = referralRows;
  return {
    id: user.id,
    status: user.status,
    kyc: user.kyc,
    locale: user.locale,
    email: user.email,
    email_verified: user.emailVerified,
    wallets: walletRows.map(({ id, address, isPrimary }) => ({ id, address: getAddress(address), primary: isPrimary })),
    referral: referral === undefined ? null : { code: referral.code, url: `${who.origin}/?ref=${referral.code}` },
  };
}
