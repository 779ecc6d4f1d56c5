import { and, eq, sql } from 'drizzle-orm';
import type { GivenPromoCode } from '../../domain/order/quote.ts';
import { normalisePromoCode } from '../../domain/promo/code.ts';
import { promoCodes } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import type { Visitor } from '../http/visitor.ts';
import type { Snapshot } from '../site/snapshot.ts';

export type PromoRow = typeof promoCodes.$inferSelect;

/** A code as it was given, and the row it was found to be. */
export interface GivenRow extends GivenPromoCode {
  readonly found: PromoRow | null;
}

/**
 * Finds what a typed code is. The snapshot holds the codes of most sites; one that is not in it is asked for by itself,
 * so a code works the moment it is made.
 *
 * @returns null when no code was given
 */
export async function givenPromo(
  env: Env,
  who: Visitor,
  snapshot: Snapshot,
  text: string | undefined,
): Promise<GivenRow | null> {
  if (text === undefined || text.trim() === '') return null;
  const code = normalisePromoCode(text);
  if (code === null) return { found: null };
  const kept = snapshot.promoCodes.get(code);
  if (kept !== undefined) return { found: kept };
  const [, rows] = await transact(buyerDatabase(env), { host: who.hostname, requires: 'nobody' }, (db) => [
    db
      .select()
      .from(promoCodes)
      .where(and(sql`${promoCodes.siteId} = app.site_id()`, eq(promoCodes.code, code))),
  ]);
  return { found: rows[0] ?? null };
}
