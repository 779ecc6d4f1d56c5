import pg from 'pg';
import { expect } from 'vitest';
import { loadChecks, runChecks } from '../../drizzle/check.ts';
import { useStack } from './stack.ts';

/** A role of the database by its short name; `superuser` is bound by no policy. */
export type ShortRole = 'owner' | 'app' | 'operator' | 'readonly' | 'admin' | 'queue' | 'sweep' | 'superuser';

/** Connects to the stack's database as a role, past the Workers. Whoever asks for the connection also ends it. */
export async function openClient(role: ShortRole): Promise<pg.Client> {
  const { database } = useStack();
  const url = new URL(database[role]);
  // The superuser's address names the server's own database.
  url.pathname = new URL(database.owner).pathname;
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  return client;
}

/** Lends `work` such a connection. */
export async function withClient<Result>(
  role: ShortRole,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = await openClient(role);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Like {@link withClient}, inside one committed transaction whose site is set; row-level security binds the owner too. */
export function withSite<Result>(
  role: ShortRole,
  siteId: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  return withClient(role, async (client) => {
    await client.query('begin');
    await client.query(`select set_config('app.site_id', $1, true)`, [siteId]);
    const result = await work(client);
    await client.query('commit');
    return result;
  });
}

/** Expects every truth of drizzle/checks to hold, over all sites. */
export async function expectChecks(): Promise<void> {
  const checks = await loadChecks();
  const violations = await withClient('admin', (client) => runChecks(client, checks));
  expect(violations).toEqual([]);
}

/** True once so many wait for what this connection holds, or for each other because of it. */
export async function isWaitedFor(holder: pg.Client, by = 1): Promise<true | undefined> {
  const { rows } = await holder.query<{ pid: number }>('select pg_backend_pid() as pid');
  return withClient('superuser', async (client) => {
    const waiting = await client.query(
      `with recursive waiting (pid) as (
         select $1::integer union
         select a.pid from waiting w join pg_stat_activity a on w.pid = any (pg_blocking_pids(a.pid))
       ) select from waiting where pid <> $1`,
      [rows[0]?.pid],
    );
    return (waiting.rowCount ?? 0) < by ? undefined : true;
  });
}
