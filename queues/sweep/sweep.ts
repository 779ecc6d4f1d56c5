import { and, eq, exists, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import { sites } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports, QueueName } from '../ports.ts';
import { eachRow, SWEEP_ROWS_MAX } from './rows.ts';
import type { SweepResult } from './rows.ts';

export interface Sweep {
  /** The queue that carries its messages: the one of the provider it asks. */
  readonly queue: QueueName;
  /** Whether a row of `sites` has due work; read as `posx_sweep`, which sees little more than states and dates. */
  readonly hasWork: (db: Statements, ports: Ports) => SQL | undefined;
  /** Handles at most `SWEEP_ROWS_MAX` rows of one site. Safe to run twice at once. */
  readonly run: (ports: Ports, site: string) => Promise<SweepResult>;
}

interface DueRows {
  readonly queue: QueueName;
  readonly table: PgTable & { readonly siteId: PgColumn; readonly id: PgColumn };
  readonly isDue: (db: Statements) => SQL | undefined;
  /** What a row must be beside due for it to be worth taking, by what `posx_sweep` may not see. */
  readonly isWorth?: (db: Statements) => SQL | undefined;
  readonly take: (ports: Ports, site: string, id: string) => Promise<Outcome>;
}

/** Whether a row of `sites` has such a row of a table. */
export function siteHas(db: Statements, table: DueRows['table'], isDue: SQL | undefined): SQL {
  const rows = db
    .select({ one: sql`1` })
    .from(table)
    .where(and(eq(table.siteId, sites.id), isDue));
  return exists(rows);
}

/**
 * A sweep that takes a site's due rows one by one. In random order, so that those that must still wait never hide the
 * others.
 */
export function sweepOf({ queue, table, isDue, isWorth, take }: DueRows): Sweep {
  return {
    queue,
    hasWork: (db) => siteHas(db, table, isDue(db)),
    run: async (ports, site) => {
      const [, rows] = await transact(ports.database, { site }, (db) => [
        db
          .select({ id: sql<string>`${table.id}` })
          .from(table)
          .where(and(eq(table.siteId, here), isDue(db), isWorth?.(db)))
          .orderBy(sql`random()`)
          .limit(SWEEP_ROWS_MAX),
      ]);
      return eachRow(
        rows.map(({ id }) => id),
        (id) => take(ports, site, id),
        String,
      );
    },
  };
}
