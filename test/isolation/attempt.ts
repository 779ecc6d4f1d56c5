import type pg from 'pg';
import type { MatrixRole } from './table_expectation.ts';

/** Whose statement is tried, where, and in what kind of session. */
export interface Attempt {
  role: MatrixRole | 'superuser';
  siteId: string;
  /** In a session that replicates only what is always enabled fires. */
  replicating?: boolean;
}

/**
 * Runs statements inside a site as a role and takes them back.
 *
 * @param client connected as a superuser, outside a transaction
 * @throws what the statements were refused with
 */
export async function attempt(
  client: pg.ClientBase,
  { role, siteId, replicating = false }: Attempt,
  ...statements: readonly string[]
): Promise<void> {
  await client.query('begin');
  try {
    if (replicating) await client.query('set local session_replication_role = replica');
    await client.query(`select set_config('app.site_id', $1, true)`, [siteId]);
    if (role !== 'superuser') await client.query(`set local role posx_${role}`);
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.query('rollback');
  }
}
