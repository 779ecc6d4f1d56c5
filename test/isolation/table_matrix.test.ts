import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withClient } from '../harness/database.ts';
import { expectedOutcome, parseGrants, PLACES, TRY_CELL, tryCells, type Target } from './table_cell.ts';
import { MATRIX_ROLES, OPERATIONS, TABLES, type Operation, type TableExpectation } from './table_expectation.ts';
import { fillSites, tablesOf, type FilledSites } from './table_row.ts';

const PER_TABLE = MATRIX_ROLES.length * OPERATIONS.length * PLACES.length;

let sites: FilledSites;
beforeAll(async () => {
  sites = await fillSites();
});

const siteColumn = ({ site }: TableExpectation) => (site === undefined ? 'site_id' : site);

/** The row that stands for a table. @throws Error when a site has none: a cell without a row would prove nothing */
async function targetOf(client: pg.ClientBase, table: string, expectation: TableExpectation): Promise<Target> {
  const { own, other } = sites;
  const column = siteColumn(expectation);
  const person = expectation.person?.column;
  const kept = [expectation.row ?? 'true', person === undefined ? 'true' : `${person} is not null`].join(' and ');
  const found: Record<string, unknown>[] = [];
  for (const { siteId } of [own, other]) {
    const where = column === null ? 'true' : `${column} = '${siteId}'`;
    const { rows } = await client.query<{ row: Record<string, unknown> }>(
      `select to_jsonb(t) as row from ${table} t where ${where} and ${kept} limit 1`,
    );
    const [first] = rows;
    if (first === undefined) throw new Error(`${table} has no row in one of the sites`);
    found.push(first.row);
  }
  const row = found[0] ?? {};
  return {
    table,
    where: column === null ? 'true' : `${column} = '${own.siteId}'`,
    row,
    columns: await columnsOf(client, table),
    siteId: own.siteId,
    otherSiteId: other.siteId,
    personId: person === undefined ? own.agents[0].id : String(row[person]),
  };
}

/** The columns of a table that a statement may name, but generated ones, which nobody writes. */
async function columnsOf(client: pg.ClientBase, table: string) {
  const { rows } = await client.query<{ name: string }>(
    `select a.attname as name from pg_attribute a
     where a.attrelid = '${table}'::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     order by a.attnum`,
  );
  return rows.map(({ name }) => name);
}

/** The columns that each role may write with an operation. */
async function writableColumns(client: pg.ClientBase, table: string) {
  const { rows } = await client.query<{ role: string; operation: string; columns: string[] }>(
    `select r.role, p.operation, array_agg(a.attname::text order by a.attnum) as columns
     from unnest($1::text[]) as r (role) cross join unnest(array['insert', 'update']) as p (operation)
     join pg_attribute a on a.attrelid = '${table}'::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     where has_column_privilege('posx_' || r.role, a.attrelid, a.attnum, p.operation) group by 1, 2`,
    [MATRIX_ROLES],
  );
  return (role: string, operation: Operation) =>
    rows.find((row) => row.role === role && row.operation === operation)?.columns ?? [];
}

/** What every cell of a table came to, and what it should have. */
async function tryTable(client: pg.ClientBase, table: string, expectation: TableExpectation) {
  const target = await targetOf(client, table, expectation);
  const writable = await writableColumns(client, table);
  const cells = MATRIX_ROLES.flatMap((role) =>
    OPERATIONS.flatMap((operation) => PLACES.map((place) => ({ role, operation, place }))),
  );
  await client.query(TRY_CELL);
  // Other triggers and foreign keys are off: a refusal is a grant's, a policy's or that of what is append-only.
  await client.query('begin; set local session_replication_role = replica');
  const attempted = cells.map((cell) => ({ cell, writable: writable(cell.role, cell.operation) }));
  const outcomes = await tryCells(client, target, attempted);
  await client.query('rollback');
  return cells.map((cell, index) => ({
    ...cell,
    outcome: outcomes[index],
    expected: expectedOutcome(expectation, cell),
  }));
}

describe('every table × role × operation × place', () => {
  let cells = 0;

  it('knows every table of the catalogue, and no other', async () => {
    expect(Object.keys(TABLES).sort()).toEqual((await withClient('superuser', tablesOf)).sort());
  });

  it.each(Object.entries(TABLES))('%s', async (table, expectation) => {
    const tried = await withClient('superuser', (client) => tryTable(client, table, expectation));
    cells += tried.length;
    expect(tried.filter(({ outcome, expected }) => outcome !== expected)).toEqual([]);
  });

  afterAll(() => {
    const all = Object.keys(TABLES).length * PER_TABLE;
    console.log(`table matrix: ${cells} cells, ${all - cells} skipped`);
  });
});

describe('every grant', () => {
  it.each(Object.entries(TABLES))('on %s is what is declared, column by column', async (table, expectation) => {
    const granted = await withClient('superuser', (client) => grantsOf(client, table));
    const all = await withClient('superuser', (client) => allColumns(client, table));
    const declared = MATRIX_ROLES.filter((role) => role !== 'owner').flatMap((role) =>
      Object.entries(parseGrants(expectation[role] ?? '')).flatMap(([operation, columns]) =>
        operation === 'delete'
          ? [`posx_${role} delete`]
          : (columns ?? all).map((column) => `posx_${role} ${operation} ${column}`),
      ),
    );
    expect(granted).toEqual(declared.sort());
  });
});

async function allColumns(client: pg.ClientBase, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select attname as name from pg_attribute where attrelid = '${table}'::regclass and attnum > 0 and not attisdropped`,
  );
  return rows.map(({ name }) => name);
}

/** `role operation column` of every column privilege, `role privilege` of those that only whole tables have. */
async function grantsOf(client: pg.ClientBase, table: string): Promise<string[]> {
  const columnwise: readonly Operation[] = ['select', 'insert', 'update'];
  const { rows } = await client.query<{ line: string }>(
    `select format('%s %s %s', r.rolname, p.name, a.attname) as line
     from pg_roles r cross join unnest($1::text[]) as p (name)
     join pg_attribute a on a.attrelid = '${table}'::regclass and a.attnum > 0 and not a.attisdropped
     where r.rolname = any ($2) and has_column_privilege(r.oid, a.attrelid, a.attnum, p.name)
     union all
     select format('%s %s', r.rolname, p.name)
     from pg_roles r cross join unnest(array['delete', 'truncate', 'references', 'trigger', 'maintain']) as p (name)
     where r.rolname = any ($2) and has_table_privilege(r.oid, '${table}'::regclass, p.name)`,
    [columnwise, MATRIX_ROLES.filter((role) => role !== 'owner').map((role) => `posx_${role}`)],
  );
  return rows.map(({ line }) => line).sort();
}

describe('what belongs to no site yet', () => {
  const rows = {
    webhook_events: `(provider, event_id, type, payload, state, received_at) values ('stripe', 'evt_none', 't', '{}', 'applied', app.now())`,
    dead_letters: `(queue, id, body, attempts, at) values ('sample', uuidv7(), '{}', 1, app.now())`,
  };
  const as = (role: string, table: keyof typeof rows, read: boolean) =>
    withClient('superuser', async (client) => {
      await client.query('begin');
      await client.query(`set local role posx_${role}`);
      await client.query(`insert into ${table} ${rows[table]}`);
      if (!read) return 0;
      return (await client.query(`select from ${table} where site_id is null`)).rowCount;
    });

  it.each(Object.keys(rows) as (keyof typeof rows)[])(
    '%s is added by the consumer, who cannot read it',
    async (table) => {
      expect(await as('queue', table, true)).toBe(0);
      for (const role of ['owner', 'app', 'operator', 'readonly', 'admin', 'sweep']) {
        await expect(as(role, table, false), role).rejects.toMatchObject({ code: '42501' });
      }
    },
  );
});
