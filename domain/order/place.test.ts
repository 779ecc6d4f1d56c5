import { describe, expect, it } from 'vitest';
import { DomainError } from '../error.ts';
import { parseSettings } from '../site/settings.ts';
import { decidePlace } from './place.ts';
import type { PlaceInput } from './place.ts';

const input: PlaceInput = {
  command: { tierId: 't', tierVersion: 3, quantity: 2, termsVersion: '2026-11', walletId: 'w', referralCode: null },
  site: {
    currency: 'JPY',
    tokenDecimals: 6,
    termsVersion: '2026-11',
    settings: parseSettings({ holdMinutes: 20 }),
    settingsVersion: 4,
  },
  tier: {
    id: 't',
    version: 3,
    unitPriceMinor: 15_000n,
    tokensPerUnitBase: 1_000_000n,
    totalUnits: 10,
    heldUnits: 0,
    soldUnits: 0,
    maxUnitsPerBuyer: 5,
    opensAt: null,
    closesAt: null,
    active: true,
  },
  now: new Date('2026-11-22T10:00:00Z'),
  orderId: 'o',
};

function command(change: Partial<PlaceInput['command']>): PlaceInput {
  return { ...input, command: { ...input.command, ...change } };
}

function refusal(of: PlaceInput): DomainError {
  try {
    decidePlace(of);
  } catch (error) {
    if (error instanceof DomainError) return error;
  }
  throw new Error('The order was not refused.');
}

describe('decidePlace', () => {
  it('computes every value of the commit from the server’s own terms', () => {
    expect(decidePlace(input)).toEqual({
      id: 'o',
      tierId: 't',
      tierVersion: 3,
      quantity: 2,
      unitPriceMinor: 15_000n,
      discountMinor: 0n,
      amountMinor: 30_000n,
      currency: 'JPY',
      tokenBase: 2_000_000n,
      bonusBase: 0n,
      promotionId: null,
      promoCodeId: null,
      walletId: 'w',
      termsVersion: '2026-11',
      holdMinutes: 20,
      referralCode: null,
      settingsVersion: 4,
    });
  });

  it('answers a changed tier with the new quote', () => {
    const refused = refusal(command({ tierVersion: 2 }));
    expect(refused.code).toBe('tier.changed');
    expect(refused.extra).toMatchObject({ quote: { tier_version: 3, amount_minor: '30000', currency: 'JPY' } });
  });

  it('never charges a price the buyer did not see, though the tier is the same', () => {
    const promotion = {
      id: 'p',
      tierId: 't',
      unitPriceMinor: 10_000n,
      bonusPerUnitBase: 5n,
      startsAt: new Date('2026-11-22T09:00:00Z'),
      endsAt: input.now,
      active: true,
    };
    const seen = { ...command({ amountMinor: 20_000n }), promotions: [promotion] };
    expect(refusal(seen)).toMatchObject({ code: 'tier.changed', extra: { quote: { amount_minor: '30000' } } });
    const before = new Date(input.now.getTime() - 1);
    expect(decidePlace({ ...seen, now: before })).toMatchObject({
      amountMinor: 20_000n,
      promotionId: 'p',
      bonusBase: 10n,
    });
  });

  it('never gives fewer tokens than the buyer saw, though the amount is the same', () => {
    const bonus = {
      id: 'p',
      tierId: 't',
      unitPriceMinor: null,
      bonusPerUnitBase: 500_000n,
      startsAt: new Date('2026-11-22T09:00:00Z'),
      endsAt: input.now,
      active: true,
    };
    const seen = { ...command({ amountMinor: 30_000n, tokenBase: 3_000_000n }), promotions: [bonus] };
    expect(refusal(seen)).toMatchObject({
      code: 'tier.changed',
      extra: { quote: { amount_minor: '30000', token_base: '2000000' } },
    });
    const before = new Date(input.now.getTime() - 1);
    expect(decidePlace({ ...seen, now: before })).toMatchObject({ tokenBase: 3_000_000n, bonusBase: 1_000_000n });
  });

  it('says that a changed tier is closed rather than quote it', () => {
    const closed = { ...command({ tierVersion: 2 }), tier: { ...input.tier, active: false } };
    expect(refusal(closed).code).toBe('tier.closed');
  });

  it('refuses terms that are no longer current', () => {
    expect(refusal(command({ termsVersion: '2026-10' }))).toMatchObject({
      code: 'terms.outdated',
      extra: { terms_version: '2026-11' },
    });
  });

  it('normalises a referral code, and drops one that cannot be a code without refusing', () => {
    expect(decidePlace(command({ referralCode: 'na-0000000z' })).referralCode).toBe('NA-0000000Z');
    expect(decidePlace(command({ referralCode: 'friend of Bob' })).referralCode).toBeNull();
  });

  it('takes another tier than the named one for misuse', () => {
    expect(() => decidePlace(command({ tierId: 'other' }))).toThrow(TypeError);
  });
});
