import { and, eq, inArray } from 'drizzle-orm';
import { v5 } from 'uuid';
import { bankPayout, providerFee } from '../../domain/ledger/money.ts';
import type { Transfer } from '../../domain/ledger/transfer.ts';
import type { Break } from '../../domain/reconciliation/compare.ts';
import type { Day } from '../../domain/reconciliation/day.ts';
import { effects, reconciliationBreaks } from '../../drizzle/schema/index.ts';
import { ConflictError, transact } from '../../drizzle/transaction.ts';
import { databaseNow, here } from '../here.ts';
import { post } from '../ledger/post.ts';
import type { Ports } from '../ports.ts';
import type { Booked, BreakRow } from './load.ts';
import type { Movement } from './movement.ts';

interface Found {
  readonly account: string | null;
  readonly day: Day;
  readonly breaks: readonly Break[];
  readonly now: Date;
}

/** Writes down where the two sides differ; what is known stays as an operator left it. */
export async function noteBreaks(ports: Ports, site: string, { account, day, breaks, now }: Found): Promise<void> {
  if (breaks.length === 0) return;
  await transact(ports.database, { site }, (db) => [
    db
      .insert(reconciliationBreaks)
      .values(
        breaks.map((each) => ({
          ...each,
          siteId: here,
          id: ports.newId(),
          provider: 'stripe' as const,
          account,
          day: day.name,
          state: 'open' as const,
          foundAt: now,
        })),
      )
      .onConflictDoNothing(),
  ]);
}

/** Marks breaks on which both sides agree by now. */
export async function resolveBreaks(ports: Ports, site: string, rows: readonly BreakRow[]): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map(({ id }) => id);
  await transact(ports.database, { site }, (db) => [
    db
      .update(reconciliationBreaks)
      .set({ state: 'resolved', note: 'agrees by now', resolvedAt: databaseNow })
      .where(
        and(
          eq(reconciliationBreaks.siteId, here),
          inArray(reconciliationBreaks.id, ids),
          eq(reconciliationBreaks.state, 'open'),
        ),
      ),
  ]);
}

/** Makes the id under which a movement is posted from the provider's own: so it is posted once, whoever comes second. */
const NAMESPACE = '5c2c53a5-6d0b-4c8e-9a53-0b5a7f0c1d42';

/** How many movements are booked in one commit. */
const BATCH = 100;

/**
 * Books what the provider kept of our payments, and what it paid out of a site's own account to its bank. A fee or a payout
 * that came back is left to an operator.
 */
export async function postMovements(
  ports: Ports,
  site: string,
  { booked, movements }: { booked: Booked; movements: readonly Movement[] },
): Promise<void> {
  const due = movements.filter(
    (each) => !booked.posted.has(each.id) && isBooked(booked, each) && transfersOf(each).length > 0,
  );
  for (let start = 0; start < due.length; start += BATCH) {
    const some = due.slice(start, start + BATCH);
    try {
      await transact(ports.database, { site }, (db) => [
        db.insert(effects).values(
          some.map(({ id }) => ({
            ...{ siteId: booked.siteId, provider: 'stripe', object: id, effect: 'booked', at: databaseNow },
          })),
        ),
        db.execute(post(some.flatMap(transfersOf), ports.newId)),
      ]);
    } catch (error) {
      // Another sweep has booked some of them: the next one comes to the rest.
      if (!(error instanceof ConflictError)) throw error;
    }
  }
}

/** A payout is of the whole account; a fee is ours where the payment is. */
const isBooked = ({ intents }: Booked, { intentId, bankMinor }: Movement): boolean =>
  bankMinor > 0n || (intentId !== null && intents.has(intentId));

function transfersOf({ id, currency, feeMinor, bankMinor }: Movement): Transfer[] {
  const balanceTransactionId = v5(id, NAMESPACE);
  return [
    ...(feeMinor > 0n ? [providerFee({ balanceTransactionId, currency, amountMinor: feeMinor })] : []),
    ...(bankMinor > 0n ? [bankPayout({ balanceTransactionId, currency, amountMinor: bankMinor })] : []),
  ];
}
