import { withClient } from './database.ts';

/** `table.column` of every place in the database where a text stands, in whatever case, whole or as a part. */
export async function placesOf(text: string): Promise<string[]> {
  return withClient('superuser', async (client) => {
    const { rows } = await client.query<{ table: string; column: string }>(
      `select c.table_name as table, c.column_name as column from information_schema.columns c
       join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
         and c.data_type in ('text', 'jsonb', 'json', 'character varying', 'ARRAY') order by 1, 2`,
    );
    const places: string[] = [];
    for (const { table, column } of rows) {
      const found = await client.query(
        `select 1 from "${table}" where position($1 in lower("${column}"::text)) > 0 limit 1`,
        [text.toLowerCase()],
      );
      if (found.rows.length > 0) places.push(`${table}.${column}`);
    }
    return places;
  });
}
