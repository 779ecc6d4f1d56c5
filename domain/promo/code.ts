import { DomainError } from '../error.ts';
import { basisPointsOf } from '../money.ts';

/**
 * A promo code of a site. What it gives are percentage, fixed amount and bonus tokens, each of them optional: one that
 * has several is a combo.
 */
export interface PromoCode {
  readonly id: string;
  /** Normalised: see {@link normalisePromoCode}. */
  readonly code: string;
  readonly percentBasisPoints: number;
  /** Minor units of the site's currency, off the whole order. */
  readonly fixedMinor: bigint;
  /** Base units on top, for each unit. */
  readonly bonusPerUnitBase: bigint;
  /** Null: no limit. */
  readonly maxUses: number | null;
  /** Null: no limit. */
  readonly maxUsesPerBuyer: number | null;
  /** Null: from the start. */
  readonly startsAt: Date | null;
  /** Null: without end. The instant itself is already outside. */
  readonly endsAt: Date | null;
  /** The least an order must cost before the code, after a promotion. */
  readonly minimumMinor: bigint;
  /** Null: any tier. */
  readonly tierIds: readonly string[] | null;
  readonly active: boolean;
}

const CODE = /^[A-Z0-9][A-Z0-9_-]{1,31}$/;

/**
 * Brings what a person typed into the stored form: without spaces around, in capitals.
 *
 * @returns null when the text cannot be a code.
 * @example normalisePromoCode(' early-bird ') // 'EARLY-BIRD'
 */
export function normalisePromoCode(text: string): string | null {
  const code = text.trim().toUpperCase();
  return CODE.test(code) ? code : null;
}

/**
 * How often a code is used, as the next order of a buyer would find it: the unpaid order whose place that one takes has
 * given its use back.
 */
export interface PromoUses {
  readonly byAll: number;
  readonly byBuyer: number;
}

export interface PromoUse {
  readonly tierId: string;
  /** What the units cost after a promotion, before the code. */
  readonly subtotalMinor: bigint;
  readonly currency: string;
  /** Left out where nobody has counted: the commit does, by guard. */
  readonly uses?: PromoUses | undefined;
  readonly now: Date;
}

/**
 * Lets a code through for one order. A code that is switched off, or not yet valid, is as unknown as one that never was.
 *
 * @throws DomainError `promo.unknown`, `promo.expired`, `promo.tier`, `promo.minimum` (with `extra.minimum_minor`),
 * `promo.exhausted`, `promo.buyer_limit`.
 */
export function assertPromoUsable(code: PromoCode | null, use: PromoUse): PromoCode {
  if (code?.active !== true || (code.startsAt !== null && use.now < code.startsAt)) {
    throw new DomainError('promo.unknown');
  }
  if (code.endsAt !== null && use.now >= code.endsAt) throw new DomainError('promo.expired');
  if (code.tierIds?.includes(use.tierId) === false) throw new DomainError('promo.tier');
  if (use.subtotalMinor < code.minimumMinor) {
    throw new DomainError('promo.minimum', {
      extra: { minimum_minor: code.minimumMinor.toString(), currency: use.currency },
    });
  }
  const { byAll, byBuyer } = use.uses ?? { byAll: 0, byBuyer: 0 };
  if (code.maxUses !== null && byAll >= code.maxUses) throw new DomainError('promo.exhausted');
  if (code.maxUsesPerBuyer !== null && byBuyer >= code.maxUsesPerBuyer) throw new DomainError('promo.buyer_limit');
  return code;
}

/** What a code takes off a price: the percentage, half up, and the fixed amount, together never more than the price. */
export function promoDiscountMinor(code: PromoCode, subtotalMinor: bigint): bigint {
  const wantedMinor = basisPointsOf(subtotalMinor, code.percentBasisPoints) + code.fixedMinor;
  return wantedMinor < subtotalMinor ? wantedMinor : subtotalMinor;
}
