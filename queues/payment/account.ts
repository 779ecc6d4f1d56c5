import { and, eq } from 'drizzle-orm';
import { sitePaymentAccounts, sites } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';
import type { Ports } from '../ports.ts';

/** The accounts of a site at the payment provider, used now or once; null, the platform's own, is its own site's. */
export async function accountsOf(ports: Ports, site: string): Promise<(string | null)[]> {
  const [, siteRows, rows] = await transact(ports.database, { site }, (db) => [
    db.select({ kind: sites.kind }).from(sites).where(eq(sites.id, here)),
    db
      .select({ account: sitePaymentAccounts.account })
      .from(sitePaymentAccounts)
      .where(and(eq(sitePaymentAccounts.siteId, here), eq(sitePaymentAccounts.provider, 'stripe'))),
  ]);
  const own = rows.map(({ account }) => account);
  return siteRows[0]?.kind === 'platform' ? [null, ...own] : own;
}
