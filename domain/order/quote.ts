import { DomainError } from '../error.ts';
import { PROVIDER_MAXIMUM_MINOR, providerMinimumMinor } from '../money.ts';
import { tierWindow } from '../tier/state.ts';
import type { TierTerms } from '../tier/state.ts';

/** What an order for some units of a tier costs now, in minor units of `currency`, and the base units it brings. */
export interface Quote {
  readonly tierId: string;
  readonly tierVersion: number;
  readonly quantity: number;
  readonly unitPriceMinor: bigint;
  readonly subtotalMinor: bigint;
  readonly discountMinor: bigint;
  readonly amountMinor: bigint;
  readonly currency: string;
  readonly tokenBase: bigint;
}

export interface QuoteInput {
  readonly tier: TierTerms;
  /** Whole units, at least one. */
  readonly quantity: number;
  /** The site's currency, ISO 4217 in capitals. */
  readonly currency: string;
  /** The database's clock, `app.now()`, so that a shifted clock shifts the sale's window too. */
  readonly now: Date;
}

/**
 * Computes the price of an order. Stock is not looked at: a snapshot cannot decide it, the commit does.
 *
 * A quote of exactly zero is allowed, since such an order is paid without the provider; between zero and the
 * provider's minimum it is refused here rather than at payment.
 *
 * @throws DomainError `request.malformed`, `tier.closed`, `tier.upcoming`, `tier.buyer_limit`,
 * `order.amount_too_small`, `order.amount_too_large`.
 */
export function quote({ tier, quantity, currency, now }: QuoteInput): Quote {
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
  const subtotalMinor = tier.unitPriceMinor * BigInt(quantity);
  const discountMinor = 0n;
  const amountMinor = subtotalMinor - discountMinor;
  refuseUnchargeable(amountMinor, currency);
  return {
    tierId: tier.id,
    tierVersion: tier.version,
    quantity,
    unitPriceMinor: tier.unitPriceMinor,
    subtotalMinor,
    discountMinor,
    amountMinor,
    currency,
    tokenBase: tier.tokensPerUnitBase * BigInt(quantity),
  };
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
    subtotal_minor: value.subtotalMinor.toString(),
    discount_minor: value.discountMinor.toString(),
    amount_minor: value.amountMinor.toString(),
    currency: value.currency,
    token_base: value.tokenBase.toString(),
    token_decimals: tokenDecimals,
  };
}
