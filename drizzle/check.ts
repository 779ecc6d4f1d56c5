import { readdir, readFile } from 'node:fs/promises';
import type pg from 'pg';

/** One truth about the database: a query that must return no row. */
export interface Check {
  name: string;
  sql: string;
}

export interface Violation {
  check: string;
  row: Record<string, unknown>;
}

const folder = new URL('./checks/', import.meta.url);

/** All checks of drizzle/checks, by name. */
export async function loadChecks(): Promise<Check[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).sort();
  return Promise.all(
    files.map(async (file) => ({
      name: file.replace(/\.sql$/, ''),
      sql: await readFile(new URL(file, folder), 'utf8'),
    })),
  );
}

/** Runs checks over all sites. @param client connected as posx_admin, the one role that reads across sites */
export async function runChecks(client: pg.ClientBase, checks: readonly Check[]): Promise<Violation[]> {
  const found: Violation[] = [];
  for (const { name, sql } of checks) {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    found.push(...rows.map((row) => ({ check: name, row })));
  }
  return found;
}
