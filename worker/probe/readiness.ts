import { sql } from 'drizzle-orm';
import journal from '../../drizzle/migrations/meta/_journal.json' with { type: 'json' };
import { call } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';

type Check = 'database' | 'queue' | 'consumer' | 'role' | 'migrations' | 'clock';

/** `ok`, or why not, in a few words. */
export type Readiness = Record<Check, string>;

/** The consumer sweeps every minute; five without one mean that it does not run. */
const SILENT_MINUTES = 5;

/** Looks at everything a request depends on. It never throws: what cannot be read is the reason. */
export async function readiness(env: Env): Promise<Readiness> {
  // A binding that wrangler.toml forgot is undefined at run time, whatever the type says.
  const bound = [env.PAYMENTS, env.CUSTODY].every((queue: unknown) => queue !== undefined);
  const queue = bound ? 'ok' : 'a queue binding is absent';
  try {
    const { rows } = await call(buyerDatabase(env), (db) => db.execute<StateRow>(state));
    const [row] = rows;
    if (row === undefined) throw new TypeError('no state');
    return {
      database: 'ok',
      queue,
      consumer: row.swept === true ? 'ok' : `no sweep for ${SILENT_MINUTES} minutes`,
      role: row.privileged ? 'the role is privileged' : 'ok',
      migrations: Number(row.applied) >= journal.entries.length ? 'ok' : 'migrations are behind',
      clock: row.shifted && env.PLATFORM_HOST !== 'platform.localhost' ? 'the clock is shifted' : 'ok',
    };
  } catch (error) {
    const unknown = `not read: ${error instanceof Error ? error.name : 'unknown'}`;
    return { database: unknown, queue, consumer: unknown, role: unknown, migrations: unknown, clock: unknown };
  }
}

interface StateRow extends Record<string, unknown> {
  swept: boolean | null;
  privileged: boolean;
  applied: string;
  shifted: boolean;
}

const state = sql`
  select
    (select max(j.ran_at) > app.now() - make_interval(mins => ${SILENT_MINUTES}) from jobs j) as swept,
    (select r.rolsuper or r.rolbypassrls or exists (select from pg_class c where c.relowner = r.oid)
     from pg_roles r where r.rolname = current_user) as privileged,
    (select count(*) from drizzle.__drizzle_migrations) as applied,
    (select c.shift <> interval '0' from app.clock c) as shifted`;
