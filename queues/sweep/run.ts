import type { SweepName } from '../../domain/sweep.ts';
import { alertLine, logLine } from '../log.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX } from './rows.ts';
import type { SweepResult } from './rows.ts';
import { SWEEPS } from './table.ts';

/**
 * Handles one message of a sweep, and sends it again when more rows may be waiting.
 *
 * @throws DomainError `webhook.unmapped` for a site that does not exist, `database.unavailable` (retry).
 */
export async function runSweep(ports: Ports, name: SweepName, site: string): Promise<Outcome> {
  const { queue, run } = SWEEPS[name];
  const result = await run(ports, site);
  logLine({ sweep: name, site, ...result });
  if (result.failed > 0) alertLine('sweep.failed', { sweep: name, site, failed: result.failed });
  if (hasMore(result)) await ports.send(queue, [{ v: 1, kind: 'sweep', site, name }]);
  return { outcome: result.moved > 0 ? 'applied' : 'repeated' };
}

/** A full batch in which nothing moved would only spin; the next cron comes back to it. */
export function hasMore({ found, moved, more }: SweepResult): boolean {
  return more ?? (found >= SWEEP_ROWS_MAX && moved > 0);
}
