import { DomainError } from '../../domain/error.ts';
import { quote, type Quote } from '../../domain/order/quote.ts';
import { purchaseRefusal } from '../../domain/user/eligibility.ts';
import type { Env } from '../env.ts';
import type { Visitor } from '../http/visitor.ts';
import { readSnapshot, snapshotNow, type Snapshot, type TierRow } from '../site/snapshot.ts';
import { countUses, givenPromo } from './promo.ts';

/** What these units would cost now. The order itself computes it again with the same function. */
export async function preview(
  env: Env,
  who: Visitor,
  ask: { tier_id: string; quantity: number; promo_code?: string | undefined },
): Promise<{ quote: Quote; snapshot: Snapshot }> {
  const snapshot = await readSnapshot(env, who);
  const refusal = purchaseRefusal({ settings: snapshot.settings, country: who.country });
  if (refusal !== null) throw new DomainError(refusal);
  const tier = tierOf(snapshot, ask.tier_id);
  const promo = await givenPromo(env, who, snapshot, ask.promo_code);
  const found = promo?.found ?? null;
  const priced = quote({
    tier,
    quantity: ask.quantity,
    currency: snapshot.site.currency,
    promotions: snapshot.promotions,
    promo: found === null ? promo : { found, uses: await countUses(env, who, tier.id, found) },
    now: snapshotNow(snapshot),
  });
  return { quote: priced, snapshot };
}

/** @throws DomainError `tier.unknown`, for another site's tier as for none */
export function tierOf(snapshot: Snapshot, tierId: string): TierRow {
  const tier = snapshot.tiers.find((each) => each.id === tierId);
  if (tier === undefined) throw new DomainError('tier.unknown');
  return tier;
}
