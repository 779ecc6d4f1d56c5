import { beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../harness/database.ts';
import { attempt, type Attempt } from './attempt.ts';
import { TABLES } from './table_expectation.ts';
import { fillSites, type FilledSites } from './table_row.ts';

const APPEND_ONLY = Object.entries(TABLES).flatMap(([table, { appendOnly }]) => (appendOnly === true ? [table] : []));

/** Who might get past a trigger: the owner, whom policies let change the site's rows, and whom nothing binds at all. */
const STRONG = ['owner', 'superuser'] as const;

let sites: FilledSites;
beforeAll(async () => {
  sites = await fillSites();
});

/** Expects that statements, one by one, are refused inside the own site. */
async function expectRefused(
  how: Omit<Attempt, 'siteId'>,
  statements: readonly string[],
  refusal: (statement: string) => object,
): Promise<void> {
  await withClient('superuser', async (client) => {
    for (const statement of statements) {
      const tried = attempt(client, { ...how, siteId: sites.own.siteId }, statement);
      await expect(tried, `${how.role}: ${statement}`).rejects.toMatchObject(refusal(statement));
    }
  });
}

const refusal = (table: string) => ({ code: 'PX001', detail: `${table.split('.')[1] ?? ''} is append-only` });

/** Column and primary key of a table, for statements that name them. */
async function keyOf(table: string): Promise<{ first: string; key: string; columns: string }> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ first: string; key: string; columns: string }>(
      `select min(a.attname) filter (where a.attnum = i.indkey[0]) as first,
         string_agg(a.attname, ', ') filter (where a.attnum = any (i.indkey)) as key,
         string_agg(a.attname, ', ') as columns
       from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum > 0 and not a.attisdropped
       where i.indrelid = $1::regclass and i.indisprimary`,
      [table],
    ),
  );
  const [found] = rows;
  if (found === undefined) throw new Error(`${table} has no primary key`);
  return found;
}

/** Drops the foreign keys of other tables, which would refuse a deletion first. */
const withoutForeignKeys = (parent: string, but: string) => `do $$ declare other record; begin
  for other in select conrelid::regclass as owned, conname from pg_constraint
    where contype = 'f' and confrelid = '${parent}'::regclass and conrelid <> '${but}'::regclass
  loop execute format('alter table %s drop constraint %I', other.owned, other.conname); end loop; end $$`;

it('is declared of every table that has its triggers, and of no other', async () => {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ name: string }>(
      `select 'public.' || c.relname as name from pg_trigger t join pg_class c on c.oid = t.tgrelid
       where t.tgname in ('append_only', 'append_only_whole') and t.tgenabled = 'A' group by 1 having count(*) = 2`,
    ),
  );
  expect(rows.map(({ name }) => name).sort()).toEqual([...APPEND_ONLY].sort());
});

describe.each(APPEND_ONLY)('%s', (table) => {
  const where = () => `site_id = '${sites.own.siteId}'`;

  it.each([
    ['in an ordinary session', false],
    ['in a session that replicates', true],
  ])('refuses UPDATE, DELETE and TRUNCATE to the owner and a superuser %s', async (_, replicating) => {
    const statements = [
      `update ${table} set site_id = site_id where ${where()}`,
      `delete from ${table} where ${where()}`,
      `truncate ${table} cascade`,
    ];
    // TRUNCATE … CASCADE may meet the same triggers of a referencing table first.
    const expected = (sql: string) => (sql.startsWith('truncate') ? { code: 'PX001' } : refusal(table));
    for (const role of STRONG) await expectRefused({ role, replicating }, statements, expected);
  });

  it('refuses what changes rows under another name', async () => {
    const { first, key, columns } = await keyOf(table);
    const same = key
      .split(', ')
      .map((column) => `t.${column} = s.${column}`)
      .join(' and ');
    const merge = (action: string) =>
      `merge into ${table} t using (select * from ${table} where ${where()}) s on ${same} when matched then ${action}`;
    const upsert = `insert into ${table} (${columns}) select ${columns} from ${table} where ${where()}
      on conflict (${key}) do update set ${first} = excluded.${first}`;
    const statements = [merge(`update set ${first} = s.${first}`), merge('delete'), upsert];
    for (const role of STRONG) await expectRefused({ role }, statements, () => refusal(table));
    // The consumer adds rows; what could overwrite one it may not even say.
    await expectRefused({ role: 'queue' }, statements, () => ({ code: '42501' }));
  });

  it('refuses COPY past the policies', async () => {
    const message = expect.stringMatching(
      /^COPY FROM not supported with row-level security|^permission denied/,
    ) as unknown;
    for (const role of ['owner', 'queue'] as const) {
      await expectRefused({ role }, [`copy ${table} from stdin`], () => ({ message }));
    }
  });

  it('refuses a cascade that would delete or change its rows', async () => {
    const { rows } = await withClient('superuser', (client) =>
      client.query<{ parent: string; name: string; definition: string }>(
        `select confrelid::regclass::text as parent, conname as name, pg_get_constraintdef(oid) as definition
         from pg_constraint where conrelid = $1::regclass and contype = 'f'`,
        [table],
      ),
    );
    for (const { parent, name, definition } of rows) {
      const column = parent === 'sites' ? 'id' : 'site_id';
      const tried = withClient('superuser', (client) =>
        attempt(
          client,
          { role: 'superuser', siteId: sites.own.siteId },
          `alter table ${table} drop constraint ${name}, add ${definition} on delete cascade`,
          withoutForeignKeys(parent, table),
          `delete from ${parent} where ${column} = '${sites.own.siteId}'`,
        ),
      );
      await expect(tried, name).rejects.toMatchObject({ code: 'PX001' });
    }
    expect(rows.filter(({ definition }) => /on (delete|update) (cascade|set)/i.test(definition))).toEqual([]);
  });
});
