import { and, eq, lt, sql } from 'drizzle-orm';
import { reseal } from '../../domain/secret/cipher.ts';
import { sessions } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { SWEEP_ROWS_MAX } from '../sweep/rows.ts';

/** A session whose refresh token an older key sealed. */
export const isStale = ({ newestDataKey }: Ports) => lt(sessions.refreshTokenKey, newestDataKey);

/** Where a sealed text stands, and the text. */
export interface SealedRow {
  readonly siteId: string;
  readonly id: string;
  readonly sealed: string;
}

/** The site's sessions that are still under an older key. In random order: one that cannot be opened hides no other. */
export async function staleSessions(ports: Ports, site: string): Promise<SealedRow[]> {
  const [, rows] = await transact(ports.database, { site }, (db) => [
    db
      .select({ siteId: sessions.siteId, id: sessions.id, sealed: sessions.refreshToken })
      .from(sessions)
      .where(and(eq(sessions.siteId, here), isStale(ports)))
      .orderBy(sql`random()`)
      .limit(SWEEP_ROWS_MAX),
  ]);
  return rows.flatMap(({ sealed, ...row }) => (sealed === null ? [] : [{ ...row, sealed }]));
}

/**
 * Seals one refresh token with the newest key, unless somebody wrote another one meanwhile.
 *
 * @throws DomainError `secret.unreadable` when it was changed, belongs elsewhere, or its key is gone.
 */
export async function resealSession(ports: Ports, site: string, row: SealedRow): Promise<Outcome> {
  const place = { table: 'sessions', column: 'refresh_token', siteId: row.siteId, rowId: row.id };
  const refreshToken = await reseal(await ports.dataKeys(), place, row.sealed);
  const [, changed] = await transact(ports.database, { site }, (db) => [
    db
      .update(sessions)
      .set({ refreshToken })
      .where(and(eq(sessions.siteId, here), eq(sessions.id, row.id), eq(sessions.refreshToken, row.sealed)))
      .returning({ id: sessions.id }),
  ]);
  return { outcome: changed.length > 0 ? 'applied' : 'repeated' };
}
