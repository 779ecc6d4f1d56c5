import { and, eq, inArray } from 'drizzle-orm';
import { v5 } from 'uuid';
import { bankPayout, bankPayoutReturned, providerFee, providerFeeReturned } from '../../domain/ledger/money.ts';
import type { Transfer } from '../../domain/ledger/transfer.ts';
import type { Break } from '../../domain/reconciliation/compare.ts';
import type { Day } from '../../domain/reconciliation/day.ts';
import { effects, reconciliationBreaks } from '../../drizzle/schema/index.ts';
import { ConflictError, transact } from '../../drizzle/transaction.ts';
import { databaseNow, here } from '../here.ts';
import { post } from '../ledger/post.ts';
import type { Ports } from '../ports.ts';
import { loadBooked, type Booked, type BreakRow } from './load.ts';
import type { Movement } from './movement.ts';

interface Found {
  readonly account: string | null;
  readonly day: Day;
  readonly breaks: readonly Break[];
  readonly now: Date;
}

/** Writes down where the two sides differ; what is known stays as an operator left it. */
export async function noteBreaks(ports: Ports, site: string, { account, day, breaks, now }: Found): Promise<void> {
  for (const some of batches(breaks)) {
    await transact(ports.database, { site }, (db) => [
      db
        .insert(reconciliationBreaks)
        .values(
          some.map((each) => ({
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
}

/** How many rows travel at once. */
const BATCH = 100;

function batches<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / BATCH) }, (_, at) => items.slice(at * BATCH, (at + 1) * BATCH));
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

/** How often booking is begun anew after another sweep's. */
const ATTEMPTS = 3;

/**
 * Books what the provider kept of our payments and what it paid out of a site's own account to its bank, and either where
 * it came back.
 *
 * @throws ConflictError when other sweeps book the same again and again
 */
export async function postMovements(
  ports: Ports,
  site: string,
  { booked, movements }: { booked: Booked; movements: readonly Movement[] },
): Promise<void> {
  const ours = movements.filter((each) => isBooked(site, booked, each) && transfersOf(each).length > 0);
  for (let { posted } = booked, attempt = 1; ; attempt += 1) {
    try {
      await postEach(
        ports,
        site,
        ours.filter(({ id }) => !posted.has(id)),
      );
      return;
    } catch (error) {
      // Another sweep has booked some of them: what it left is still to be booked.
      if (!(error instanceof ConflictError) || attempt === ATTEMPTS) throw error;
      ({ posted } = await loadBooked(ports, site, { lines: [], ids: ours.map(({ id }) => id) }));
    }
  }
}

async function postEach(ports: Ports, site: string, due: readonly Movement[]): Promise<void> {
  for (const some of batches(due)) {
    await transact(ports.database, { site }, (db) => [
      db.insert(effects).values(
        some.map(({ id }) => ({
          ...{ siteId: here, provider: 'stripe', object: id, effect: 'booked', at: databaseNow },
        })),
      ),
      db.execute(post(some.flatMap(transfersOf), ports.newId)),
    ]);
  }
}

/** A payout is of the whole account; a fee is the site's whose payment it is, though we may not have heard of that yet. */
const isBooked = (site: string, { intents }: Booked, { intentId, siteCode, bankMinor }: Movement): boolean =>
  bankMinor !== 0n || siteCode === site || (intentId !== null && intents.has(intentId));

function transfersOf({ id, currency, feeMinor, bankMinor }: Movement): Transfer[] {
  const of = { balanceTransactionId: v5(id, NAMESPACE), currency };
  return [
    ...(feeMinor > 0n ? [providerFee({ ...of, amountMinor: feeMinor })] : []),
    ...(feeMinor < 0n ? [providerFeeReturned({ ...of, amountMinor: -feeMinor })] : []),
    ...(bankMinor > 0n ? [bankPayout({ ...of, amountMinor: bankMinor })] : []),
    ...(bankMinor < 0n ? [bankPayoutReturned({ ...of, amountMinor: -bankMinor })] : []),
  ];
}
