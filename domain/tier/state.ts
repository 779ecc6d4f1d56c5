/**
 * A tier as read for a decision. Prices are minor units of the site's currency, tokens are base units. `version` covers
 * price, tokens, supply and a buyer's maximum, not the counters: `heldUnits` and `soldUnits` of a snapshot are old the moment it is read.
 */
export interface TierTerms {
  readonly id: string;
  readonly version: number;
  readonly unitPriceMinor: bigint;
  readonly tokensPerUnitBase: bigint;
  readonly totalUnits: number;
  readonly heldUnits: number;
  readonly soldUnits: number;
  readonly maxUnitsPerBuyer: number;
  /** Null: open from the start. */
  readonly opensAt: Date | null;
  /** Null: open without end. The instant itself is already closed. */
  readonly closesAt: Date | null;
  readonly active: boolean;
}

export type TierState = 'upcoming' | 'open' | 'sold_out' | 'closed';

/** Units nobody holds or owns at the time of the snapshot: for showing, never for deciding. */
export function availableUnits(tier: Pick<TierTerms, 'totalUnits' | 'heldUnits' | 'soldUnits'>): number {
  return Math.max(0, tier.totalUnits - tier.heldUnits - tier.soldUnits);
}

/** Whether a tier sells at this instant by its switch and its window alone, whatever its stock. */
export function tierWindow(
  tier: Pick<TierTerms, 'active' | 'opensAt' | 'closesAt'>,
  now: Date,
): 'upcoming' | 'open' | 'closed' {
  if (!tier.active) return 'closed';
  if (tier.closesAt !== null && now >= tier.closesAt) return 'closed';
  if (tier.opensAt !== null && now < tier.opensAt) return 'upcoming';
  return 'open';
}

/** What a buyer sees of a tier. Units that are merely held make it sold out too, until they come back. */
export function tierState(tier: TierTerms, now: Date): TierState {
  const state = tierWindow(tier, now);
  return state === 'open' && availableUnits(tier) === 0 ? 'sold_out' : state;
}
