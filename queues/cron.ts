import { sql } from 'drizzle-orm';
import { isSweepName, SWEEP_NAMES } from '../domain/sweep.ts';
import type { SweepName } from '../domain/sweep.ts';
import { jobs, sites } from '../drizzle/schema/index.ts';
import { sweep, transact } from '../drizzle/transaction.ts';
import { databaseNow } from './here.ts';
import { alertLine, errorFacts, logLine } from './log.ts';
import type { Ports } from './ports.ts';
import { SWEEPS } from './sweep/table.ts';

/**
 * Runs the cron: finds the sites with due work and sends one message per site and sweep. No provider is called and no
 * row is changed from here, so that a slow site never holds up another.
 *
 * @param schedule the cron expression that fired, which runs every sweep; or a sweep's own name, which runs that one.
 */
export async function runCron(schedule: string, ports: Ports): Promise<void> {
  const names: readonly SweepName[] = isSweepName(schedule) ? [schedule] : SWEEP_NAMES;
  const results = await Promise.allSettled(names.map((name) => start(name, ports)));
  const started = names.filter((_, at) => results[at]?.status === 'fulfilled');
  results.forEach((result, at) => {
    // One sweep that cannot start must not keep the others from it; what is not in `jobs` is missed by /ready.
    if (result.status === 'rejected') alertLine('sweep.failed', { sweep: names[at], ...errorFacts(result.reason) });
  });
  if (started.length > 0) await recordRuns(ports, started);
}

async function start(name: SweepName, ports: Ports): Promise<void> {
  const { queue, hasWork } = SWEEPS[name];
  const [rows] = await sweep(ports.sweepDatabase, (db) => [
    db.select({ code: sites.code }).from(sites).where(hasWork(db, ports)),
  ]);
  await ports.send(
    queue,
    rows.map(({ code: site }) => ({ v: 1, kind: 'sweep', site, name })),
  );
  if (rows.length > 0) logLine({ sweep: name, sites: rows.length });
}

async function recordRuns(ports: Ports, names: readonly SweepName[]): Promise<void> {
  await transact(ports.database, {}, (db) => [
    db
      .insert(jobs)
      .values(names.map((name) => ({ name, ranAt: databaseNow })))
      .onConflictDoUpdate({ target: jobs.name, set: { ranAt: sql`excluded.ran_at` } }),
  ]);
}
