import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { withClient } from './database.ts';

/** Every table that names a site, from the catalogue: a table added later is looked at without a word here. */
export async function siteTables(): Promise<string[]> {
  return withClient('superuser', tablesOf);
}

async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
     where c.relkind = 'r' and exists (
       select from pg_attribute a where a.attrelid = c.oid and a.attname = 'site_id' and not a.attisdropped)
     order by 1`,
  );
  return rows.map(({ name }) => name);
}

/**
 * Table → how many rows these sites have in it and a hash over all of them and over who wrote each last: any row made,
 * gone or written shows, even one written just as it was.
 */
export type RowDigest = Record<string, string>;

/** Reads the digest of these sites' rows as they are at this moment. */
export async function digestRows(siteIds: readonly string[]): Promise<RowDigest> {
  return withClient('superuser', async (client) => (await digestReader(client, siteIds))());
}

/**
 * For many digests in a row: asks the catalogue once, then each digest is one statement.
 *
 * @param client a superuser, whom no policy hides a row from
 */
export async function digestReader(client: pg.Client, siteIds: readonly string[]): Promise<() => Promise<RowDigest>> {
  const hash = "md5(coalesce(string_agg(t.xmin::text || t::text, ' ' order by t::text), ''))";
  const tables = (await tablesOf(client)).map(
    (table) =>
      `select '${table}' as name, count(*) || ' ' || ${hash} as digest from ${table} t where site_id = any($1)`,
  );
  const sites = `select 'sites', ${hash} from sites t where id = any($1)`;
  const statement = [...tables, sites].join(' union all ');
  return async () => {
    const { rows } = await client.query<{ name: string; digest: string }>({
      // Planned once: planning takes longer than reading does.
      name: 'digest',
      text: statement,
      values: [siteIds],
    });
    return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
  };
}

/** The tables in which two digests differ. */
export function changedTables(before: RowDigest, after: RowDigest): string[] {
  return Object.keys(after).filter((table) => after[table] !== before[table]);
}

/** Waits until queues and providers have nothing more to say about these sites: nothing changed for a while. */
export async function quietDigest(siteIds: readonly string[], quietMilliseconds = 700): Promise<RowDigest> {
  let seen = await digestRows(siteIds);
  for (const until = Date.now() + 30_000; ;) {
    await sleep(quietMilliseconds);
    const now = await digestRows(siteIds);
    if (JSON.stringify(now) === JSON.stringify(seen)) return now;
    if (Date.now() > until) throw new Error('the rows of these sites do not come to rest');
    seen = now;
  }
}
