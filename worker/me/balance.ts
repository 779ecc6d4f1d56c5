import { asc, sql } from 'drizzle-orm';
import { summarise } from '../../domain/allocation/balance.ts';
import { payouts, releases, sites } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
import type { Balance } from './shape.ts';

/** How many coming dates and deliveries are listed; the sums are over all of them. */
const LISTED = 24;

/** The visitor's tokens on this site. @throws DomainError `auth.required` */
export async function readBalance(env: Env, who: Visitor): Promise<Balance> {
  const [, siteRows, releaseRows, delivered] = await transact(buyerDatabase(env), entryOf(who, 'buyer'), (db) => [
    db
      .select({ symbol: sites.tokenSymbol, decimals: sites.tokenDecimals })
      .from(sites)
      .where(sql`${sites.id} = app.site_id()`),
    db
      .select()
      .from(releases)
      .where(sql`${releases.siteId} = app.site_id() and ${releases.userId} = app.user_id()`)
      .orderBy(asc(releases.dueAt)),
    db
      .select()
      .from(payouts)
      .where(
        sql`${payouts.siteId} = app.site_id() and ${payouts.userId} = app.user_id() and ${payouts.state} = 'confirmed'`,
      )
      .orderBy(asc(payouts.settledAt))
      .limit(LISTED),
  ]);
  const sums = summarise(releaseRows);
  return {
    token_symbol: siteRows[0]?.symbol ?? '',
    token_decimals: siteRows[0]?.decimals ?? 0,
    purchased_base: sums.purchasedBase.toString(),
    locked_base: sums.lockedBase.toString(),
    due_base: sums.dueBase.toString(),
    in_flight_base: sums.inFlightBase.toString(),
    delivered_base: sums.deliveredBase.toString(),
    next: sums.next
      .slice(0, LISTED)
      .map((each) => ({ due_at: each.dueAt.toISOString(), amount_base: each.amountBase.toString() })),
    deliveries: delivered.flatMap((payout) =>
      payout.txHash === null || payout.settledAt === null
        ? []
        : [
            {
              tx_hash: payout.txHash,
              amount_base: payout.amountBase.toString(),
              confirmed_at: payout.settledAt.toISOString(),
            },
          ],
    ),
  };
}
