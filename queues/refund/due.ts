import { and, eq, inArray, lte, or, sql } from 'drizzle-orm';
import { refunds } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { databaseNow, here } from '../here.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX } from '../sweep/rows.ts';

const before = (minutes: number) => sql`${databaseNow} - make_interval(mins => ${minutes}::integer)`;

/** A refund that should have been made by now, or of which the provider has said nothing for long. */
export const isRefundDue = or(
  and(inArray(refunds.state, ['requested', 'submitting']), lte(refunds.checkedAt, before(1))),
  and(eq(refunds.state, 'pending'), lte(refunds.checkedAt, before(60))),
);

/** The site's due refunds. In random order, so that those that must still wait never hide the others. */
export async function dueRefunds(ports: Ports, site: string): Promise<string[]> {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select({ id: refunds.id })
      .from(refunds)
      .where(and(eq(refunds.siteId, here), isRefundDue))
      .orderBy(sql`random()`)
      .limit(SWEEP_ROWS_MAX),
  ]);
  return rows.map(({ id }) => id);
}
