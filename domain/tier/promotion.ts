/**
 * A promotion of a tier: a lower price, more tokens, or both, between two instants. A tier has at most one at a time;
 * the database refuses windows that overlap.
 */
export interface TierPromotion {
  readonly id: string;
  readonly tierId: string;
  /** Minor units; null leaves the tier's own price. */
  readonly unitPriceMinor: bigint | null;
  /** Base units on top of the tier's own, for each unit. */
  readonly bonusPerUnitBase: bigint;
  readonly startsAt: Date;
  /** The instant itself is already outside. */
  readonly endsAt: Date;
  readonly active: boolean;
}

/** The promotion a tier has at this instant; null when there is none. */
export function currentPromotion(
  promotions: readonly TierPromotion[],
  tierId: string,
  now: Date,
): TierPromotion | null {
  const current = promotions.find(
    (each) => each.tierId === tierId && each.active && each.startsAt <= now && now < each.endsAt,
  );
  return current ?? null;
}

/** What a unit costs under a promotion. One that would raise the price lowers nothing and is passed over. */
export function promotedUnitPriceMinor(unitPriceMinor: bigint, promotion: TierPromotion | null): bigint {
  const promotedMinor = promotion?.unitPriceMinor ?? unitPriceMinor;
  return promotedMinor < unitPriceMinor ? promotedMinor : unitPriceMinor;
}
