import { and, eq, sql } from 'drizzle-orm';
import type { GivenPromoCode } from '../../domain/order/quote.ts';
import { normalisePromoCode, type PromoUses } from '../../domain/promo/code.ts';
import { promoCodes } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import { buyerDatabase } from '../database.ts';
import type { Env } from '../env.ts';
import { entryOf, type Visitor } from '../http/visitor.ts';
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

/**
 * Counts how often a limited code is used, as the visitor's next order of the tier would find it. Only for showing a price:
 * an order counts in its own commit.
 *
 * @returns undefined for a code without a limit
 */
export async function countUses(
  env: Env,
  who: Visitor,
  tierId: string,
  { id, maxUses, maxUsesPerBuyer }: PromoRow,
): Promise<PromoUses | undefined> {
  if (maxUses === null && maxUsesPerBuyer === null) return undefined;
  const [, { rows }] = await transact(buyerDatabase(env), entryOf(who, 'nobody'), (db) => [
    db.execute<{ by_all: number; by_buyer: number }>(sql`
      select c.used_count - own.replaceable as by_all, own.uses - own.replaceable as by_buyer
      from promo_codes c, lateral (
        select count(*)::integer as uses, count(*) filter (where o.status = 'pending' and o.tier_id = ${tierId}
          and not exists (select from payments p where p.site_id = o.site_id and p.order_id = o.id))::integer as replaceable
        from promo_redemptions r join orders o on o.site_id = r.site_id and o.id = r.order_id
        where r.site_id = c.site_id and r.promo_code_id = c.id and r.user_id = app.user_id() and r.returned_at is null
      ) own
      where c.site_id = app.site_id() and c.id = ${id}`),
  ]);
  const [row] = rows;
  return row === undefined ? undefined : { byAll: row.by_all, byBuyer: row.by_buyer };
}
