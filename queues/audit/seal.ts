import { and, eq, gte, notExists, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { auditLog, auditSeals } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Statements } from '../../drizzle/transaction.ts';
import { logLine } from '../log.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX } from '../sweep/rows.ts';
import type { SweepResult } from '../sweep/rows.ts';

/** An audit row without its seal. Only ids from the last sealed hour on are looked at; older ones have theirs. */
export const isUnsealed = (db: Statements): SQL | undefined =>
  and(
    gte(auditLog.id, sql`app.unsealed_from(${auditLog.siteId})`),
    notExists(
      db
        .select({ one: sql`1` })
        .from(auditSeals)
        .where(and(eq(auditSeals.siteId, auditLog.siteId), eq(auditSeals.auditId, auditLog.id))),
    ),
  );

interface SealRow extends Record<string, unknown> {
  sealed: number;
  sequence: string;
  hash: string;
}

/**
 * Adds the site's new audit rows to its chain of seals. The last hash goes to the log: kept outside the database, it
 * shows when somebody with every right there cut the end off rows and chain alike.
 */
export async function sealAudit(ports: Ports, site: string): Promise<SweepResult> {
  const [, { rows }] = await transact(ports.database, { site }, (db) => [
    db.execute<SealRow>(
      sql`select sealed, sequence, encode(hash, 'hex') as hash from app.seal_audit(${SWEEP_ROWS_MAX})`,
    ),
  ]);
  const [row] = rows;
  if (row === undefined) throw new TypeError('app.seal_audit answers one row');
  const { sealed } = row;
  if (sealed > 0) logLine({ audit_sealed: site, sequence: Number(row.sequence), hash: row.hash });
  return { found: sealed, moved: sealed, failed: 0 };
}
