import { and, eq, inArray } from 'drizzle-orm';
import { payments, sites } from '../../drizzle/schema/index.ts';
import { sweep } from '../../drizzle/transaction.ts';
import type { Ports } from '../ports.ts';

/** How many PaymentIntents are looked for at once. */
const AT_ONCE = 1_000;

/**
 * Codes of the sites whose PaymentIntents these are, by their ids; what is not recorded is left out. What comes after a
 * payment on the platform's own account names no site, so this is asked across all of them.
 *
 * @throws DomainError `database.unavailable` (retry)
 */
export async function sitesOfIntents(ports: Ports, intentIds: readonly string[]): Promise<Map<string, string>> {
  const codes = new Map<string, string>();
  for (let start = 0; start < intentIds.length; start += AT_ONCE) {
    const asked = intentIds.slice(start, start + AT_ONCE);
    const [rows] = await sweep(ports.sweepDatabase, (db) => [
      db
        .select({ code: sites.code, intentId: payments.intentId })
        .from(payments)
        .innerJoin(sites, eq(sites.id, payments.siteId))
        .where(and(eq(payments.provider, 'stripe'), inArray(payments.intentId, asked))),
    ]);
    for (const { code, intentId } of rows) codes.set(intentId, code);
  }
  return codes;
}
