import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RefusalCode } from '../error.ts';
import type { TierTerms } from '../tier/state.ts';
import { quote, quoteToJson } from './quote.ts';

const now = new Date('2026-11-22T10:00:00Z');
const tier: TierTerms = {
  id: 't',
  version: 3,
  unitPriceMinor: 12_500n,
  tokensPerUnitBase: 10n ** 21n,
  totalUnits: 100,
  heldUnits: 0,
  soldUnits: 0,
  maxUnitsPerBuyer: 50,
  opensAt: null,
  closesAt: null,
  active: true,
};

/** The code a quote is refused with. */
function refusal(change: Partial<TierTerms>, quantity = 2, currency = 'USD'): RefusalCode | null {
  try {
    quote({ tier: { ...tier, ...change }, quantity, currency, now });
    return null;
  } catch (error) {
    return (error as { code: RefusalCode }).code;
  }
}

describe('quote', () => {
  it('multiplies price and tokens exactly', () => {
    const price = fc.bigInt(50n, 1_000_000n);
    fc.assert(
      fc.property(
        price,
        fc.bigInt(1n, 10n ** 40n),
        fc.integer({ min: 1, max: 50 }),
        (unitPriceMinor, tokens, units) => {
          const terms = { ...tier, unitPriceMinor, tokensPerUnitBase: tokens };
          const made = quote({ tier: terms, quantity: units, currency: 'USD', now });
          expect(made.subtotalMinor).toBe(unitPriceMinor * BigInt(units));
          expect(made.amountMinor).toBe(made.subtotalMinor - made.discountMinor);
          expect(made.tokenBase).toBe(tokens * BigInt(units));
        },
      ),
    );
  });

  it('does not look at stock: a snapshot cannot decide it', () => {
    expect(refusal({ soldUnits: 100 })).toBeNull();
  });

  it.each([
    ['tier.closed', { active: false }, 2],
    ['tier.closed', { closesAt: now }, 2],
    ['tier.upcoming', { opensAt: new Date(now.getTime() + 1) }, 2],
    ['tier.buyer_limit', {}, 51],
    ['order.amount_too_small', { unitPriceMinor: 49n }, 1],
    ['order.amount_too_large', { unitPriceMinor: 50_000_000n }, 2],
    ['request.malformed', {}, 0],
    ['request.malformed', {}, 1.5],
  ] as const)('refuses with %s, case %#', (code, change, quantity) => {
    expect(refusal(change, quantity)).toBe(code);
  });

  it('charges up to the provider’s limits, and nothing at all is fine too', () => {
    expect(refusal({ unitPriceMinor: 50n }, 1)).toBeNull();
    expect(refusal({ unitPriceMinor: 99_999_999n }, 1)).toBeNull();
    expect(refusal({ unitPriceMinor: 0n }, 1)).toBeNull();
  });

  it('goes out as JSON without losing a digit', () => {
    const made = quote({ tier, quantity: 2, currency: 'USD', now });
    expect(JSON.parse(JSON.stringify(quoteToJson(made, 18)))).toEqual({
      tier_id: 't',
      tier_version: 3,
      quantity: 2,
      unit_price_minor: '12500',
      promoted_unit_price_minor: '12500',
      subtotal_minor: '25000',
      discount_minor: '0',
      amount_minor: '25000',
      currency: 'USD',
      token_base: '2000000000000000000000',
      bonus_base: '0',
      token_decimals: 18,
    });
  });
});
