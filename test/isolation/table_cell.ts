import pg from 'pg';
import type { MatrixRole, Operation, TableExpectation } from './table_expectation.ts';

/** Where a transaction stands: in the row's site as its person, as somebody else or as nobody; in another site; in none. */
export const PLACES = ['person', 'stranger', 'nobody', 'other', 'none'] as const;
export type Place = (typeof PLACES)[number];

/**
 * What became of a statement: refused for want of a privilege (`denied`), by row-level security (`policy`) or by the
 * triggers of what is append-only (`kept`); or done, to no row (`nothing`) or to some (`rows`).
 */
export type Outcome = 'denied' | 'policy' | 'kept' | 'nothing' | 'rows';

export interface Cell {
  role: MatrixRole;
  operation: Operation;
  place: Place;
}

/** Columns of a table that a privilege reaches; null means all of them. */
export type Grants = Partial<Record<Operation, readonly string[] | null>>;

/** @param text like `select, update(status, version)` */
export function parseGrants(text: string): Grants {
  const grants: Grants = {};
  for (const [, operation, columns] of text.matchAll(/(select|insert|update|delete)(?:\(([^)]*)\))?/g)) {
    grants[operation as Operation] = columns?.split(', ') ?? null;
  }
  return grants;
}

/** What the table's declaration says a cell must come to. */
export function expectedOutcome(table: TableExpectation, { role, operation, place }: Cell): Outcome {
  const granted = role === 'owner' || operation in parseGrants(table[role] ?? '');
  if (!granted) return 'denied';
  if (!reaches(table, { role, operation, place })) return operation === 'insert' ? 'policy' : 'nothing';
  const changes = operation === 'update' || operation === 'delete';
  return table.appendOnly === true && changes ? 'kept' : 'rows';
}

function reaches({ site, person, unreached }: TableExpectation, { role, operation, place }: Cell): boolean {
  if (unreached?.[role]?.includes(operation) === true) return false;
  if (site === null) return true;
  if ((role === 'admin' || role === 'sweep') && operation === 'select') return true;
  if (place === 'other' || place === 'none') return false;
  return place === 'person' || person?.binds[role]?.includes(operation) !== true;
}

/** One row of the own site that stands for the table, and what a statement on it needs. */
export interface Target {
  table: string;
  /** A condition that only rows of the row's site meet. */
  where: string;
  row: Record<string, unknown>;
  /** All columns that can be written. */
  columns: readonly string[];
  siteId: string;
  otherSiteId: string;
  personId: string;
}

/** A cell and the columns that its role may write with its operation, if any. */
export interface Attempted {
  readonly cell: Cell;
  readonly writable: readonly string[];
}

/**
 * Makes the function that tries a cell, for the life of the connection: it does what the cell says and takes it back. Thousands
 * of cells are tried, so all of a table's go in one round trip.
 */
export const TRY_CELL = `create or replace function pg_temp.try_cell(role text, site text, person text, statement text)
  returns text language plpgsql as $$
  declare
    touched bigint;
    said text;
  begin
    begin
      perform set_config('app.site_id', site, true), set_config('app.user_id', person, true);
      execute format('set local role %I', role);
      execute statement;
      get diagnostics touched = row_count;
      raise exception using errcode = 'PT001', message = case when touched > 0 then 'rows' else 'nothing' end;
    exception
      when sqlstate 'PT001' then return sqlerrm;
      when insufficient_privilege then return case when sqlerrm like '%row-level security%' then 'policy' else 'denied' end;
      -- The clone's keys exist; privilege and policy were asked before the index was.
      when unique_violation then return 'rows';
      when sqlstate 'PX001' then
        get stacked diagnostics said = pg_exception_detail;
        if said like '%is append-only' then return 'kept'; end if;
        raise;
    end;
  end $$`;

/**
 * Tries cells on a superuser's connection that has {@link TRY_CELL}.
 *
 * @returns what became of each, in their order
 * @throws Error for any outcome that is none of {@link Outcome}
 */
export async function tryCells(
  client: pg.ClientBase,
  target: Target,
  attempted: readonly Attempted[],
): Promise<Outcome[]> {
  const { rows } = await client.query<{ outcome: Outcome }>(
    `select pg_temp.try_cell(role, site, person, statement) as outcome
     from unnest($1::text[], $2::text[], $3::text[], $4::text[]) with ordinality as c (role, site, person, statement, n)
     order by n`,
    [
      attempted.map(({ cell }) => `posx_${cell.role}`),
      attempted.map(({ cell }) => ({ other: target.otherSiteId, none: '' })[cell.place as string] ?? target.siteId),
      attempted.map(({ cell }) => ({ stranger: STRANGER, nobody: '' })[cell.place as string] ?? target.personId),
      attempted.map(({ cell, writable }) => statement(target, cell.operation, writable)),
    ],
  );
  return rows.map(({ outcome }) => outcome);
}

/** A person of no site. */
const STRANGER = '00000000-0000-7000-8000-00000000dead';

function statement({ table, where, row, columns }: Target, operation: Operation, writable: readonly string[]): string {
  const names = (writable.length > 0 ? writable : columns).map((column) => pg.escapeIdentifier(column));
  switch (operation) {
    case 'select':
      return `select 1 from ${table} where ${where}`;
    case 'insert':
      return `insert into ${table} (${names.join()}) select ${names.join()}
        from jsonb_populate_record(null::${table}, ${pg.escapeLiteral(JSON.stringify(row))})`;
    case 'update':
      return `update ${table} set ${names[0]} = ${names[0]} where ${where}`;
    case 'delete':
      return `delete from ${table} where ${where}`;
  }
}
