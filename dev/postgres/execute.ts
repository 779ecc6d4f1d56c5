import type { FieldDef, PoolClient, QueryArrayConfig } from 'pg';
import type { SqlRequest, Statement } from './request.ts';

/** One statement's result as the protocol has it. */
export interface SqlResult {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rowAsArray: boolean;
  readonly rows: readonly unknown[];
  readonly fields: readonly FieldDef[];
}

/**
 * Runs a request on one connection: a single statement by itself, a batch in one transaction that any error rolls back.
 *
 * @throws pg's DatabaseError for what the database refuses, COMMIT included.
 */
export async function execute(client: PoolClient, request: SqlRequest): Promise<SqlResult | { results: SqlResult[] }> {
  const [only] = request.statements;
  if (!request.batch && only !== undefined) return runStatement(client, only, request);
  await client.query(request.begin);
  try {
    const results: SqlResult[] = [];
    for (const statement of request.statements) results.push(await runStatement(client, statement, request));
    await client.query('COMMIT');
    return { results };
  } catch (error) {
    // When not even this is possible the connection is broken, and its owner drops it because of the first error.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

async function runStatement(client: PoolClient, statement: Statement, request: SqlRequest): Promise<SqlResult> {
  const config: QueryArrayConfig & { queryMode: 'extended' } = {
    text: statement.query,
    values: [...statement.params],
    rowMode: 'array',
    // The extended protocol, as Neon uses it: several statements in one text are refused.
    queryMode: 'extended',
    types: { getTypeParser: () => (value: string) => value },
  };
  const result = await client.query<(string | null)[]>(config);
  const rows = request.rawText
    ? result.rows
    : result.rows.map((row) => row.map((value, at) => decode(value, result.fields[at])));
  return {
    command: result.command,
    rowCount: result.rowCount,
    rowAsArray: request.arrayMode,
    rows: request.arrayMode
      ? rows
      : rows.map((row) => Object.fromEntries(row.map((value, at) => [result.fields[at]?.name ?? '', value]))),
    fields: result.fields,
  };
}

/** Neon's output without raw text: what JSON can hold exactly becomes JSON, everything else stays text. */
function decode(value: string | null, field: FieldDef | undefined): unknown {
  if (value === null) return null;
  switch (field?.dataTypeID) {
    case 16:
      return value === 't';
    case 21:
    case 23:
    case 26:
    case 700:
    case 701:
      return Number.isFinite(Number(value)) ? Number(value) : value;
    case 114:
    case 3802:
      return JSON.parse(value);
    default:
      return value;
  }
}
