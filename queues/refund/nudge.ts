import { and, eq } from 'drizzle-orm';
import { refunds } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Entry } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';
import type { Ports } from '../ports.ts';

/** Has a refund made that was written down. Whoever wrote it down may be cut off before this: a repetition does it again. */
export const nudgeRefund = (ports: Ports, site: string, id: string): Promise<void> =>
  ports.send('payments', [{ v: 1, kind: 'work', site, noun: 'refund', id }]);

/** The refunds of a payment that are written down and not made. */
export async function requestedRefunds(ports: Ports, entry: Entry, paymentId: string): Promise<string[]> {
  const [, rows] = await transact(ports.database, entry, (db) => [
    db
      .select({ id: refunds.id })
      .from(refunds)
      .where(and(eq(refunds.siteId, here), eq(refunds.paymentId, paymentId), eq(refunds.state, 'requested'))),
  ]);
  return rows.map(({ id }) => id);
}
