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

/**
 * Tries one cell on a superuser's connection inside a transaction that holds a savepoint `cell`, and takes it back.
 *
 * @param writable the columns that the role may write with this operation, if any
 * @throws Error for any outcome that is none of {@link Outcome}
 */
export async function tryCell(
  client: pg.ClientBase,
  target: Target,
  cell: Cell,
  writable: readonly string[],
): Promise<Outcome> {
  const site = { other: target.otherSiteId, none: '' }[cell.place as string] ?? target.siteId;
  const person = { stranger: STRANGER, nobody: '' }[cell.place as string] ?? target.personId;
  const literal = pg.escapeLiteral;
  try {
    // One text, one round trip: thousands of cells are tried.
    const results = (await client.query(`
      select set_config('app.site_id', ${literal(site)}, true), set_config('app.user_id', ${literal(person)}, true);
      set local role posx_${cell.role};
      ${statement(target, cell.operation, writable)}`)) as unknown as pg.QueryResult[];
    return (results.at(-1)?.rowCount ?? 0) > 0 ? 'rows' : 'nothing';
  } catch (error) {
    return outcomeOf(error);
  } finally {
    await client.query('rollback to savepoint cell');
  }
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

function outcomeOf(error: unknown): Outcome {
  if (!(error instanceof pg.DatabaseError)) throw error;
  if (error.code === '42501') return error.message.includes('row-level security') ? 'policy' : 'denied';
  if (error.code === 'PX001' && error.detail?.endsWith('is append-only') === true) return 'kept';
  // The clone's keys exist; privilege and policy were asked before the index was.
  if (error.code === '23505') return 'rows';
  throw error;
}
