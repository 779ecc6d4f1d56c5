import { DomainError } from '../error.ts';
import { PROVIDER_MAXIMUM_MINOR, chargeableMinor, providerMinimumMinor } from '../money.ts';
import { assertPromoUsable, promoDiscountMinor } from '../promo/code.ts';
import type { PromoCode, PromoUses } from '../promo/code.ts';
import { currentPromotion, promotedUnitPriceMinor } from '../tier/promotion.ts';
import type { TierPromotion } from '../tier/promotion.ts';
import { tierWindow } from '../tier/state.ts';
import type { TierTerms } from '../tier/state.ts';

/**
 * What an order for some units of a tier costs now, in minor units of `currency`, and the base units it brings.
 * Always `amountMinor = unitPriceMinor × quantity − discountMinor`, as the database checks.
 */
export interface Quote {
  readonly tierId: string;
  readonly tierVersion: number;
  readonly quantity: number;
  /** The tier's own price, before any promotion. */
  readonly unitPriceMinor: bigint;
  /** The price after the promotion; the tier's own without one. */
  readonly promotedUnitPriceMinor: bigint;
  /** At the tier's own price. */
  readonly subtotalMinor: bigint;
  /** All that is taken off: by promotion, by code, and what the currency cannot charge. */
  readonly discountMinor: bigint;
  readonly amountMinor: bigint;
  readonly currency: string;
  /** Everything the order brings, `bonusBase` included. */
  readonly tokenBase: bigint;
  /** What promotion and code add to the tier's own tokens. */
  readonly bonusBase: bigint;
  readonly promotionId: string | null;
  readonly promoCodeId: string | null;
}

/** A code that was given with an order, and what it was found to be; `found` null when the site has none like it. */
export interface GivenPromoCode {
  readonly found: PromoCode | null;
  /** How often it is used; left out where nobody has counted. */
  readonly uses?: PromoUses | undefined;
}

export interface QuoteInput {
  readonly tier: TierTerms;
  /** Whole units, at least one. */
  readonly quantity: number;
  /** The site's currency, ISO 4217 in capitals. */
  readonly currency: string;
  /** The site's promotions, of any tier and time; the one in force is found here. */
  readonly promotions?: readonly TierPromotion[];
  /** Left out or null when no code was given. */
  readonly promo?: GivenPromoCode | null | undefined;
  /** The database's clock, `app.now()`, so that a shifted clock shifts the sale's window too. */
  readonly now: Date;
}

/**
 * Computes the price of an order. Stock is not looked at, nor how often a code is used unless that was counted for this
 * very quote: a snapshot cannot decide it, the commit does.
 *
 * The promotion sets the unit price, the code applies to what that makes, and neither takes the price below zero. A
 * quote of exactly zero is allowed, since such an order is paid without the provider; between zero and the provider's
 * minimum it is refused here rather than at payment.
 *
 * @throws DomainError `request.malformed`, `tier.closed`, `tier.upcoming`, `tier.buyer_limit`, `promo.…` as
 * {@link assertPromoUsable} says, `order.amount_too_small`, `order.amount_too_large`.
 */
export function quote({ tier, quantity, currency, promotions = [], promo, now }: QuoteInput): Quote {
  if (!Number.isSafeInteger(quantity) || quantity < 1) {
    throw new DomainError('request.malformed', { detail: 'The quantity is a whole number of at least one.' });
  }
  const state = tierWindow(tier, now);
  if (state !== 'open') throw new DomainError(`tier.${state}`);
  if (quantity > tier.maxUnitsPerBuyer) {
    throw new DomainError('tier.buyer_limit', {
      detail: `A buyer may hold ${tier.maxUnitsPerBuyer} units of this tier.`,
    });
  }
  const units = BigInt(quantity);
  const promotion = currentPromotion(promotions, tier.id, now);
  const promotedMinor = promotedUnitPriceMinor(tier.unitPriceMinor, promotion);
  const code = usableCode(promo, { tierId: tier.id, subtotalMinor: promotedMinor * units, currency, now });
  const subtotalMinor = tier.unitPriceMinor * units;
  const promotedSubtotalMinor = promotedMinor * units;
  const amountMinor = chargeableMinor(
    promotedSubtotalMinor - (code === null ? 0n : promoDiscountMinor(code, promotedSubtotalMinor)),
    currency,
  );
  refuseUnchargeable(amountMinor, currency);
  const bonusBase = ((promotion?.bonusPerUnitBase ?? 0n) + (code?.bonusPerUnitBase ?? 0n)) * units;
  return {
    tierId: tier.id,
    tierVersion: tier.version,
    quantity,
    unitPriceMinor: tier.unitPriceMinor,
    promotedUnitPriceMinor: promotedMinor,
    subtotalMinor,
    discountMinor: subtotalMinor - amountMinor,
    amountMinor,
    currency,
    tokenBase: tier.tokensPerUnitBase * units + bonusBase,
    bonusBase,
    promotionId: promotion?.id ?? null,
    promoCodeId: code?.id ?? null,
  };
}

function usableCode(
  promo: QuoteInput['promo'],
  use: { tierId: string; subtotalMinor: bigint; currency: string; now: Date },
): PromoCode | null {
  if (promo === undefined || promo === null) return null;
  return assertPromoUsable(promo.found, { ...use, uses: promo.uses });
}

function refuseUnchargeable(amountMinor: bigint, currency: string): void {
  const minimumMinor = providerMinimumMinor(currency);
  if (amountMinor > 0n && amountMinor < minimumMinor) {
    throw new DomainError('order.amount_too_small', { extra: { minimum_minor: minimumMinor.toString(), currency } });
  }
  if (amountMinor > PROVIDER_MAXIMUM_MINOR) {
    throw new DomainError('order.amount_too_large', {
      extra: { maximum_minor: PROVIDER_MAXIMUM_MINOR.toString(), currency },
    });
  }
}

/** A quote as it goes out with a refusal: the API's spelling, amounts as decimal strings. */
export function quoteToJson(value: Quote, tokenDecimals: number) {
  return {
    tier_id: value.tierId,
    tier_version: value.tierVersion,
    quantity: value.quantity,
    unit_price_minor: value.unitPriceMinor.toString(),
    promoted_unit_price_minor: value.promotedUnitPriceMinor.toString(),
    subtotal_minor: value.subtotalMinor.toString(),
    discount_minor: value.discountMinor.toString(),
    amount_minor: value.amountMinor.toString(),
    currency: value.currency,
    token_base: value.tokenBase.toString(),
    bonus_base: value.bonusBase.toString(),
    token_decimals: tokenDecimals,
  };
}
