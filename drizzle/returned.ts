import { getTableColumns, sql, type Table } from 'drizzle-orm';

/**
 * The columns of a table as they come from a function that returns its rows: `select returned(orders) from f() as orders`.
 * Drizzle refuses plain columns of a table that is not in the FROM list; expressions keep names, decoding and types.
 */
export function returned<Rows extends Table>(table: Rows): Rows['_']['columns'] {
  const columns = getTableColumns(table);
  const expressions = Object.entries(columns).map(([key, column]) => [key, sql`${column}`.mapWith(column)]);
  return Object.fromEntries(expressions) as typeof columns;
}
