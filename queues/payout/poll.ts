import { and, eq, inArray, lte, sql } from 'drizzle-orm';
import { payouts } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { databaseNow, here } from '../here.ts';
import { alertLine } from '../log.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX } from '../sweep/rows.ts';
import { submitRelease } from './submit.ts';
import { applyTransaction } from './update.ts';

/** A payout that custody was not heard of for a minute. */
export const isUnchecked = and(
  inArray(payouts.state, ['submitting', 'submitted']),
  lte(payouts.checkedAt, sql`app.now() - interval '1 minute'`),
);

type UncheckedPayout = Awaited<ReturnType<typeof uncheckedPayouts>>[number];

/** The site's payouts to be looked up. In random order, so that those that do not move never hide the others. */
export async function uncheckedPayouts(ports: Ports, site: string) {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select({
        id: payouts.id,
        releaseId: payouts.releaseId,
        externalTxId: payouts.externalTxId,
        state: payouts.state,
      })
      .from(payouts)
      .where(and(eq(payouts.siteId, here), isUnchecked))
      .orderBy(sql`random()`)
      .limit(SWEEP_ROWS_MAX),
  ]);
  return rows;
}

/**
 * Asks custody about one payout in flight, because its webhook may never come. One whose call was never answered takes
 * the same way as the first time: looked up, and only then sent again under the same id.
 *
 * @throws DomainError what `ports.custody` throws, what {@link submitRelease} refuses, `guard.changed` (retry) when the
 * payout kept changing, `webhook.unmapped` when there is no such site.
 */
export async function pollPayout(ports: Ports, site: string, payout: UncheckedPayout): Promise<Outcome> {
  if (payout.state === 'submitting') return submitRelease(ports, site, payout.releaseId);
  const transaction = await ports.custody.findByExternalId(payout.externalTxId);
  if (transaction !== null) return applyTransaction(ports, transaction, null);
  await transact(ports.database, { site }, (db) => [
    db
      .update(payouts)
      .set({ checkedAt: databaseNow })
      .where(and(eq(payouts.siteId, here), eq(payouts.id, payout.id))),
  ]);
  // Custody answered our call for it, and now knows nothing of it: no step of ours can mend that.
  alertLine('payout.lost', { site, payout: payout.id });
  return { outcome: 'waiting', reason: 'payout.lost' };
}
