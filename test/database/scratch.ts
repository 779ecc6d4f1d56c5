import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import pg from 'pg';
import { initDatabase, type RoleUrls } from '../../drizzle/init.ts';
import { ROLES, type Role } from '../../drizzle/role.ts';
import { useStack } from '../harness/stack.ts';

/** An empty database on the stack's server, and who may connect to it. */
export interface Scratch {
  superuserUrl: string;
  urls: RoleUrls;
  /** Runs statements on a connection of their own and answers the last one's rows. */
  query: typeof query;
}

const inDatabase = (url: string, database: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
};

/** Makes a database with the stack's roles and passwords, and drops it after `work`. */
export async function withScratch<Result>(work: (scratch: Scratch) => Promise<Result>): Promise<Result> {
  const { database } = useStack();
  const name = `scratch_${randomBytes(6).toString('hex')}`;
  const urls = Object.fromEntries(ROLES.map((role) => [role, inDatabase(database[shortName(role)], name)])) as RoleUrls;
  await initDatabase(database.superuser, urls);
  try {
    return await work({ superuserUrl: inDatabase(database.superuser, name), urls, query });
  } finally {
    await query(database.superuser, `drop database ${name} with (force)`);
  }
}

type ShortName = 'owner' | 'app' | 'operator' | 'readonly' | 'admin' | 'queue' | 'sweep';
const shortName = (role: Role) => role.slice('posx_'.length) as ShortName;

async function query<Row extends pg.QueryResultRow>(url: string, sql: string, values?: unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** A folder of migrations for one test: tag → SQL, oldest first unless `when` says otherwise. */
export interface MigrationFolder {
  url: URL;
  /** Writes a file and, in the order of the calls, its place in the journal. */
  add: (tag: string, sql: string, when: number) => Promise<void>;
}

/** Makes an empty folder of migrations and removes it after `work`. */
export async function withMigrations<Result>(work: (folder: MigrationFolder) => Promise<Result>): Promise<Result> {
  const path = await mkdtemp(join(tmpdir(), 'posx-migrations-'));
  await mkdir(join(path, 'meta'));
  const entries: { tag: string; when: number }[] = [];
  const add: MigrationFolder['add'] = async (tag, sql, when) => {
    await writeFile(join(path, `${tag}.sql`), sql);
    if (!entries.some((entry) => entry.tag === tag)) entries.push({ tag, when });
    entries.sort((a, b) => a.when - b.when);
    await writeFile(join(path, 'meta/_journal.json'), JSON.stringify({ entries }));
  };
  try {
    return await work({ url: pathToFileURL(`${path}/`), add });
  } finally {
    await rm(path, { recursive: true, force: true });
  }
}
