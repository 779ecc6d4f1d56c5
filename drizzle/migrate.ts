import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

interface JournalEntry {
  tag: string;
  when: number;
}

/** The migrations in the repository. */
export const MIGRATIONS = new URL('./migrations/', import.meta.url);

/** Any two migrators of one database take turns on this advisory lock. */
const LOCK = 7_239_466_801n;

/** The migrations of a folder, oldest first. */
export async function journal(folder: URL = MIGRATIONS): Promise<JournalEntry[]> {
  const text = await readFile(new URL('meta/_journal.json', folder), 'utf8');
  return (JSON.parse(text) as { entries: JournalEntry[] }).entries;
}

/**
 * Applies what is not applied yet, each file in a transaction of its own; a file whose first line is
 * `-- no-transaction` runs outside one (CREATE INDEX CONCURRENTLY). An older file that was merged later is applied too.
 *
 * @param ownerUrl connection as posx_owner, direct (no pooler)
 * @param folder where the files and their journal are, with a slash at its end
 * @returns the tags applied now
 * @throws Error naming the file that failed; files before it stay applied, nothing of it or after it is (a file outside a
 *   transaction keeps the statements before the failed one: it is written so that it can be repeated)
 */
export async function migrate(ownerUrl: string, folder: URL = MIGRATIONS): Promise<string[]> {
  const client = new pg.Client({ connectionString: ownerUrl });
  // That the server ended the connection is told by the statement under way; unheard, it would end this process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    await lock(client);
    await client.query(`create schema if not exists drizzle;
      create table if not exists drizzle.__drizzle_migrations (id serial primary key, hash text not null, created_at bigint)`);
    const rows = await client.query<{ created_at: string }>('select created_at from drizzle.__drizzle_migrations');
    const applied = new Set(rows.rows.map((row) => Number(row.created_at)));
    const done: string[] = [];
    for (const entry of await journal(folder)) {
      if (applied.has(entry.when)) continue;
      await apply(client, entry, folder);
      done.push(entry.tag);
    }
    return done;
  } finally {
    // Ending the connection also gives back the lock.
    await client.end();
  }
}

/** A waiter blocked inside `pg_advisory_lock` would hold a snapshot that CONCURRENTLY waits for: hence polling. */
async function lock(client: pg.Client): Promise<void> {
  for (;;) {
    const { rows } = await client.query<{ got: boolean }>('select pg_try_advisory_lock($1) as got', [LOCK.toString()]);
    if (rows[0]?.got === true) return;
    await sleep(100);
  }
}

async function apply(client: pg.Client, entry: JournalEntry, folder: URL): Promise<void> {
  const sql = await readFile(new URL(`${entry.tag}.sql`, folder), 'utf8');
  const hash = createHash('sha256').update(sql).digest('hex');
  const whole = !sql.startsWith('-- no-transaction');
  try {
    if (whole) await client.query('begin');
    // Outside a transaction each statement must travel alone: a multi-statement query is one implicit transaction.
    for (const statement of whole ? [sql] : sql.split('--> statement-breakpoint')) await client.query(statement);
    await client.query('insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)', [
      hash,
      entry.when,
    ]);
    if (whole) await client.query('commit');
  } catch (error) {
    // On a connection that has ended there is nothing left to roll back, and the first error is the one to tell.
    if (whole) await client.query('rollback').catch(() => undefined);
    throw new Error(`migration ${entry.tag} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
