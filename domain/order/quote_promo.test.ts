import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../error.ts';
import type { RefusalCode } from '../error.ts';
import { PROVIDER_MAXIMUM_MINOR, chargeStepMinor, providerMinimumMinor } from '../money.ts';
import type { PromoCode } from '../promo/code.ts';
import type { TierPromotion } from '../tier/promotion.ts';
import type { TierTerms } from '../tier/state.ts';
import { quote } from './quote.ts';
import type { Quote, QuoteInput } from './quote.ts';

const now = new Date('2026-11-22T10:00:00Z');
const tier: TierTerms = {
  id: 't',
  version: 3,
  unitPriceMinor: 10_000n,
  tokensPerUnitBase: 1_000n,
  totalUnits: 100,
  heldUnits: 0,
  soldUnits: 0,
  maxUnitsPerBuyer: 50,
  opensAt: null,
  closesAt: null,
  active: true,
};
const promotion: TierPromotion = {
  id: 'summer',
  tierId: 't',
  unitPriceMinor: 8_000n,
  bonusPerUnitBase: 50n,
  startsAt: new Date(now.getTime() - 1_000),
  endsAt: new Date(now.getTime() + 1_000),
  active: true,
};
const code: PromoCode = {
  id: 'early',
  code: 'EARLY',
  percentBasisPoints: 1_000,
  fixedMinor: 0n,
  bonusPerUnitBase: 0n,
  maxUses: null,
  maxUsesPerBuyer: null,
  startsAt: null,
  endsAt: null,
  minimumMinor: 0n,
  tierIds: null,
  active: true,
};
const base: QuoteInput = { tier, quantity: 2, currency: 'USD', now };

function withCode(change: Partial<PromoCode>, input: Partial<QuoteInput> = {}): QuoteInput {
  return { ...base, ...input, promo: { found: { ...code, ...change } } };
}

function refusal(input: QuoteInput): RefusalCode | null {
  try {
    quote(input);
    return null;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

describe('a promotion', () => {
  it('sets the unit price and adds tokens, and the difference is a discount', () => {
    expect(quote({ ...base, promotions: [promotion] })).toMatchObject({
      unitPriceMinor: 10_000n,
      promotedUnitPriceMinor: 8_000n,
      subtotalMinor: 20_000n,
      discountMinor: 4_000n,
      amountMinor: 16_000n,
      tokenBase: 2_100n,
      bonusBase: 100n,
      promotionId: 'summer',
    });
  });

  it.each([
    ['another tier’s', { tierId: 'other' }],
    ['not begun', { startsAt: new Date(now.getTime() + 1) }],
    ['just over', { endsAt: now }],
    ['switched off', { active: false }],
  ])('does not count when it is %s', (_name, change) => {
    expect(quote({ ...base, promotions: [{ ...promotion, ...change }] })).toEqual(quote(base));
  });

  it('never makes a unit dearer', () => {
    expect(quote({ ...base, promotions: [{ ...promotion, unitPriceMinor: 10_001n }] }).amountMinor).toBe(20_000n);
  });
});

describe('a promo code', () => {
  it('applies to the promoted price: a tenth off 160.00 is 16.00', () => {
    const made = quote(withCode({}, { promotions: [promotion] }));
    expect(made).toMatchObject({ amountMinor: 14_400n, discountMinor: 5_600n, promoCodeId: 'early' });
  });

  it('rounds its percentage half up to the minor unit', () => {
    const odd = { ...tier, unitPriceMinor: 105n };
    expect(quote(withCode({ percentBasisPoints: 1_000 }, { tier: odd, quantity: 1 })).amountMinor).toBe(94n);
  });

  it('may be a combo: percentage, fixed amount and tokens', () => {
    const made = quote(withCode({ percentBasisPoints: 2_500, fixedMinor: 700n, bonusPerUnitBase: 3n }));
    expect(made).toMatchObject({ amountMinor: 14_300n, tokenBase: 2_006n, bonusBase: 6n });
  });

  it('never takes a price below zero, and exactly zero is a quote', () => {
    expect(quote(withCode({ fixedMinor: 10n ** 12n })).amountMinor).toBe(0n);
    expect(quote(withCode({ percentBasisPoints: 10_000, fixedMinor: 1n })).amountMinor).toBe(0n);
  });

  it('is refused where what is left could not be charged', () => {
    expect(refusal(withCode({ percentBasisPoints: 0, fixedMinor: 19_951n }))).toBe('order.amount_too_small');
    expect(refusal(withCode({ percentBasisPoints: 0, fixedMinor: 19_950n }))).toBeNull();
  });

  it.each([
    ['promo.unknown', { active: false }],
    ['promo.unknown', { startsAt: new Date(now.getTime() + 1) }],
    ['promo.expired', { endsAt: now }],
    ['promo.tier', { tierIds: ['other'] }],
    ['promo.minimum', { minimumMinor: 20_001n }],
  ] as const)('refuses with %s, case %#', (expected, change) => {
    expect(refusal(withCode(change))).toBe(expected);
  });

  it('is refused when the site has none like it, and when it is used up, by all or by the buyer', () => {
    expect(refusal({ ...base, promo: { found: null } })).toBe('promo.unknown');
    const used = (byAll: number, byBuyer: number) =>
      refusal({ ...base, promo: { found: { ...code, maxUses: 3, maxUsesPerBuyer: 1 }, uses: { byAll, byBuyer } } });
    expect(used(2, 0)).toBeNull();
    expect(used(3, 0)).toBe('promo.exhausted');
    expect(used(2, 1)).toBe('promo.buyer_limit');
  });

  it('measures its minimum on the promoted price', () => {
    const minimum = { minimumMinor: 20_000n };
    expect(refusal(withCode(minimum))).toBeNull();
    expect(refusal(withCode(minimum, { promotions: [promotion] }))).toBe('promo.minimum');
  });
});

const minor = fc.bigInt(0n, 2_000_000n);
const inputs: fc.Arbitrary<QuoteInput> = fc
  .record({
    unitPriceMinor: fc.bigInt(1n, 2_000_000n),
    promotedMinor: fc.option(minor),
    percentBasisPoints: fc.integer({ min: 0, max: 10_000 }),
    fixedMinor: minor,
    bonuses: fc.tuple(fc.bigInt(0n, 10n ** 30n), fc.bigInt(0n, 10n ** 30n)),
    quantity: fc.integer({ min: 1, max: 50 }),
    currency: fc.constantFrom('USD', 'JPY', 'KWD'),
    hasCode: fc.boolean(),
  })
  .map(({ unitPriceMinor, promotedMinor, percentBasisPoints, fixedMinor, bonuses, quantity, currency, hasCode }) => ({
    tier: { ...tier, unitPriceMinor },
    quantity,
    currency,
    now,
    promotions: [{ ...promotion, unitPriceMinor: promotedMinor, bonusPerUnitBase: bonuses[0] }],
    promo: hasCode ? { found: { ...code, percentBasisPoints, fixedMinor, bonusPerUnitBase: bonuses[1] } } : null,
  }));

function quoteOrNull(input: QuoteInput): Quote | null {
  return refusal(input) === null ? quote(input) : null;
}

describe('any quote', () => {
  it('is what the database checks, never negative, never above the tier’s own price', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const made = quoteOrNull(input);
        if (made === null) return;
        expect(made.amountMinor).toBe(made.unitPriceMinor * BigInt(made.quantity) - made.discountMinor);
        expect(made.amountMinor >= 0n && made.discountMinor >= 0n).toBe(true);
        expect(made.tokenBase - made.bonusBase).toBe(input.tier.tokensPerUnitBase * BigInt(input.quantity));
      }),
    );
  });

  it('can be charged as it is, or costs nothing', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const made = quoteOrNull(input);
        if (made === null || made.amountMinor === 0n) return;
        expect(made.amountMinor % chargeStepMinor(input.currency)).toBe(0n);
        expect(made.amountMinor >= providerMinimumMinor(input.currency)).toBe(true);
        expect(made.amountMinor <= PROVIDER_MAXIMUM_MINOR).toBe(true);
      }),
    );
  });

  it('is never dearer with a code than without', () => {
    fc.assert(
      fc.property(inputs, (input) => {
        const [given, plain] = [quoteOrNull(input), quoteOrNull({ ...input, promo: null })];
        if (given !== null && plain !== null) expect(given.amountMinor <= plain.amountMinor).toBe(true);
      }),
    );
  });
});
