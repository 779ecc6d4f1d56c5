import { sql } from 'drizzle-orm';
import { SWEEP_NAMES } from '../../domain/sweep.ts';
import journal from '../../drizzle/migrations/meta/_journal.json' with { type: 'json' };
import { call, type Database } from '../../drizzle/transaction.ts';
import { adminDatabase, buyerDatabase, operatorDatabase, readerDatabase } from '../database.ts';
import type { Env } from '../env.ts';

type Check = 'database' | 'queue' | 'consumer' | 'role' | 'migrations' | 'clock';

/** `ok`, or why not, in a few words. */
export type Readiness = Record<Check, string>;

/** The consumer starts each sweep every minute; five without it mean that it does not run. */
const SILENT_MINUTES = 5;

/** Where the business clock may be moved. */
const LOCAL_HOST = 'platform.localhost';

/** The connections of the API, each with the only role it may have. */
const CONNECTIONS: readonly (readonly [role: string, open: (env: Env) => Database])[] = [
  ['posx_app', buyerDatabase],
  ['posx_operator', operatorDatabase],
  ['posx_readonly', readerDatabase],
  ['posx_admin', adminDatabase],
];

/** Looks at everything a request depends on. It never throws: what cannot be read is the reason. */
export async function readiness(env: Env): Promise<Readiness> {
  // A binding that wrangler.toml forgot is undefined at run time, whatever the type says.
  const bound = [env.PAYMENTS, env.CUSTODY].every((queue: unknown) => queue !== undefined);
  const queue = bound ? 'ok' : 'a queue binding is absent';
  try {
    const [row, ...others] = await Promise.all(CONNECTIONS.map(([, open]) => read(open(env))));
    if (row === undefined) throw new TypeError('the API has connections');
    return {
      database: 'ok',
      queue,
      consumer: sweepReason(row),
      role: roleReason([row, ...others]),
      migrations: Number(row.applied) >= journal.entries.length ? 'ok' : 'migrations are behind',
      clock: row.shifted && env.PLATFORM_HOST !== LOCAL_HOST ? 'the clock is shifted' : 'ok',
    };
  } catch (error) {
    const unknown = `not read: ${error instanceof Error ? error.name : 'unknown'}`;
    return { database: unknown, queue, consumer: unknown, role: unknown, migrations: unknown, clock: unknown };
  }
}

/** A cron that does not run at all has no sweep to name. */
function sweepReason({ swept }: StateRow): string {
  const late = SWEEP_NAMES.filter((name) => !swept.includes(name));
  if (late.length === 0) return 'ok';
  const names = late.length === SWEEP_NAMES.length ? '' : `: ${late.join(', ')}`;
  return `no sweep for ${SILENT_MINUTES} minutes${names}`;
}

function roleReason(rows: readonly StateRow[]): string {
  const mistaken = CONNECTIONS.find(([role], at) => rows[at]?.role !== role);
  if (mistaken !== undefined) return `the connection of ${mistaken[0]} has another role`;
  const privileged = rows[0]?.privileged ?? [];
  return privileged.length === 0 ? 'ok' : `privileged: ${privileged.join(', ')}`;
}

interface StateRow extends Record<string, unknown> {
  role: string;
  /** Names of the sweeps that were started lately. */
  swept: string[];
  privileged: string[];
  applied: string;
  shifted: boolean;
}

async function read(database: Database): Promise<StateRow> {
  const { rows } = await call(database, (db) => db.execute<StateRow>(state));
  const [row] = rows;
  if (row === undefined) throw new TypeError('a select without a table answers one row');
  return row;
}

// A role is privileged when no policy binds it, or when it could free itself of one: by owning something, by making
// roles, or as a member of a role that may. The consumer's roles are looked at from here too: they have no door.
const state = sql`
  select
    current_user::text as role,
    (select coalesce(json_agg(j.name), '[]') from jobs j
     where j.ran_at > app.now() - make_interval(mins => ${SILENT_MINUTES})) as swept,
    (select coalesce(json_agg(r.rolname order by r.rolname), '[]') from pg_roles r
     where r.rolname ~ '^posx_' and r.rolname <> 'posx_owner' and (
       r.rolsuper or r.rolbypassrls or r.rolcreaterole
       or exists (select from pg_class c where c.relowner = r.oid)
       or exists (select from pg_auth_members m where m.member = r.oid)
     )) as privileged,
    (select count(*) from drizzle.__drizzle_migrations) as applied,
    (select c.shift <> interval '0' from app.clock c) as shifted`;
