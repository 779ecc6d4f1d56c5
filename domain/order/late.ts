import type { RefusalCode } from '../error.ts';
import { availableUnits, tierWindow } from '../tier/state.ts';
import type { TierTerms } from '../tier/state.ts';

/** What is read before an order whose hold is gone may take its units again. */
export interface LateCase {
  readonly quantity: number;
  readonly tier: TierTerms;
  /** Units of this tier the buyer holds or has bought, this order not among them. */
  readonly buyerUnits: number;
  /** False when the order used a promo code whose uses are all taken by now. */
  readonly promoHasUse: boolean;
  readonly now: Date;
}

/**
 * What stands against paying an order whose units went back before its money came; null when nothing does. The price
 * agreed then stands, whatever the tier costs now. The commit guards the units once more.
 */
export function lateHindrance({ quantity, tier, buyerUnits, promoHasUse, now }: LateCase): RefusalCode | null {
  const window = tierWindow(tier, now);
  if (window !== 'open') return `tier.${window}`;
  return unitsHindrance({ quantity, tier, buyerUnits, promoHasUse });
}

/** As {@link lateHindrance}, but for an operator who accepts the money after the sale: only what would oversell counts. */
export function unitsHindrance(input: Omit<LateCase, 'now'>): RefusalCode | null {
  const { quantity, tier, buyerUnits, promoHasUse } = input;
  const leftUnits = availableUnits(tier);
  if (leftUnits < quantity) return leftUnits === 0 ? 'tier.sold_out' : 'tier.not_enough_left';
  if (buyerUnits + quantity > tier.maxUnitsPerBuyer) return 'tier.buyer_limit';
  return promoHasUse ? null : 'promo.exhausted';
}
