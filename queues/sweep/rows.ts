import { DomainError } from '../../domain/error.ts';
import { errorFacts, logLine } from '../log.ts';
import type { Outcome } from '../outcome.ts';

/** How many rows one message of a sweep handles. */
export const SWEEP_ROWS_MAX = 100;

/** After so long a message leaves the rest to the next: the other messages of its batch wait for it. */
const BUDGET_MILLISECONDS = 60_000;

/** What one message of a sweep did. */
export interface SweepResult {
  readonly found: number;
  readonly moved: number;
  readonly failed: number;
  /** Whether more waits, where the sweep knows better than its count tells. */
  readonly more?: boolean;
}

/**
 * Takes rows one after the other, each in transactions of its own. One that fails is told of and left for the next
 * time; only a database that is away ends the sweep, since no other row would fare better. A provider that answers
 * slowly ends it early.
 */
export async function eachRow<Row>(
  rows: readonly Row[],
  run: (row: Row) => Promise<Outcome>,
  name: (row: Row) => string,
): Promise<SweepResult> {
  let moved = 0;
  let failed = 0;
  const until = Date.now() + BUDGET_MILLISECONDS;
  for (const row of rows) {
    // A provider that answers nobody would have the message go round for ever; the next cron comes back to it.
    if (Date.now() > until) return { found: rows.length, moved, failed, more: moved > 0 };
    try {
      const { outcome, reason } = await run(row);
      if (outcome === 'applied') moved += 1;
      // Why a row does not move is what an operator looks for.
      else if (reason !== undefined) logLine({ sweep_row: name(row), outcome, reason });
    } catch (error) {
      leaveRow(name(row), error);
      failed += 1;
    }
  }
  return { found: rows.length, moved, failed };
}

/** Tells of a row that failed and leaves it for the next time; a database that is away ends the sweep. */
export function leaveRow(name: string, error: unknown): void {
  if (error instanceof DomainError && error.code === 'database.unavailable') throw error;
  logLine({ sweep_row: name, outcome: 'failed', ...errorFacts(error) });
}
