import { readFile } from 'node:fs/promises';
import pg from 'pg';
import { expect, it } from 'vitest';
import { loadChecks, runChecks } from '../../drizzle/check.ts';
import { journal, migrate, MIGRATIONS } from '../../drizzle/migrate.ts';
import { withClient } from '../harness/database.ts';
import { fillSites } from '../isolation/table_row.ts';
import { withMigrations, withScratch } from './scratch.ts';

/** The rows of a table as JSON: it keeps every digit of a numeric and every microsecond of an instant. */
interface Content {
  table: string;
  rows: unknown[];
}

async function contentOf(client: pg.ClientBase): Promise<Content[]> {
  const { rows } = await client.query<{ name: string }>(
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  const contents: Content[] = [];
  for (const { name } of rows) {
    const read = await client.query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`);
    contents.push({ table: name, rows: read.rows.map(({ row }) => row) });
  }
  return contents;
}

/** Writes what the earlier schema can hold of the contents. */
async function fill(client: pg.ClientBase, contents: readonly Content[]): Promise<void> {
  for (const { table, rows } of contents) {
    const { rows: columns } = await client.query<{ name: string }>(
      `select attname as name from pg_attribute
       where attrelid = to_regclass($1) and attnum > 0 and not attisdropped and attgenerated = ''`,
      [table],
    );
    if (columns.length === 0) continue;
    // What the migrations themselves wrote comes again with the contents.
    await client.query(`delete from ${table}`);
    const names = columns.map(({ name }) => pg.escapeIdentifier(name)).join();
    const insert = (some: readonly unknown[]) =>
      client.query(
        `insert into ${table} (${names}) overriding system value
         select ${names} from jsonb_array_elements($1::jsonb) as e, jsonb_populate_record(null::${table}, e)`,
        [`[${some.join()}]`],
      );
    await client.query('savepoint whole');
    try {
      await insert(rows);
    } catch (error) {
      if (!isCheckViolation(error)) throw error;
      await client.query('rollback to savepoint whole');
      for (const row of rows) await insertIfPossible(client, () => insert([row]));
    }
  }
}

const isCheckViolation = (error: unknown) => error instanceof pg.DatabaseError && error.code === '23514';

/** What only the newest schema allows cannot have been there before it. */
async function insertIfPossible(client: pg.ClientBase, insert: () => Promise<unknown>): Promise<void> {
  await client.query('savepoint row');
  try {
    await insert();
  } catch (error) {
    if (!isCheckViolation(error)) throw error;
    await client.query('rollback to savepoint row');
  }
}

const counts = (contents: readonly Content[]) =>
  Object.fromEntries(contents.map(({ table, rows }) => [table, rows.length]));

it('applies the newest migration to a database that is in use: every row stays, and every truth holds', async () => {
  await fillSites();
  const inUse = await withClient('superuser', async (client) => {
    await client.query('begin isolation level repeatable read read only');
    return contentOf(client);
  });
  const files = await journal();
  await withScratch(({ superuserUrl, urls }) =>
    withMigrations(async ({ url, add }) => {
      for (const { tag, when } of files.slice(0, -1)) {
        await add(tag, await readFile(new URL(`${tag}.sql`, MIGRATIONS), 'utf8'), when);
      }
      await migrate(urls.posx_owner, url);
      const client = new pg.Client({ connectionString: superuserUrl });
      await client.connect();
      try {
        // Rows come in any order, and what made them has run where they come from.
        await client.query('begin; set local session_replication_role = replica');
        await fill(client, inUse);
        await client.query('commit');
        const before = counts(await contentOf(client));
        expect(before['orders']).toBeGreaterThan(0);

        expect(await migrate(urls.posx_owner)).toEqual(files.slice(-1).map(({ tag }) => tag));

        expect(counts(await contentOf(client))).toMatchObject(before);
        await client.query('set role posx_admin');
        expect(await runChecks(client, await loadChecks())).toEqual([]);
      } finally {
        await client.end();
      }
    }),
  );
});
