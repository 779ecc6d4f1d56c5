import { describe, expect, it } from 'vitest';
import { DomainError } from '../error.ts';
import { decideResolution } from './resolve.ts';
import type { ResolveInput } from './resolve.ts';

const input: ResolveInput = {
  wish: 'accept',
  status: 'review',
  payment: { state: 'review' },
  money: { capturedMinor: 25_000n, refunds: [], disputes: [] },
  units: {
    quantity: 2,
    tier: {
      ...{ id: 't', version: 1, unitPriceMinor: 12_500n, tokensPerUnitBase: 1_000n, maxUnitsPerBuyer: 5 },
      ...{ totalUnits: 10, heldUnits: 4, soldUnits: 4, opensAt: null, closesAt: null, active: false },
    },
    buyerUnits: 3,
    promoHasUse: true,
  },
  order: { id: 'o', userId: 'b', amountMinor: 25_000n, currency: 'USD', tokenBase: 2_000n, referrerBound: false },
  chain: [],
  plan: null,
  policy: { tgeBasisPoints: 10_000, cliffCount: 0, periodCount: 0, periodUnit: 'month' },
  settings: { riskWindowDays: 7, referralDepth: 10 },
  now: new Date('2026-11-22T10:00:00Z'),
  newId: () => 'id',
};

function refusal(change: Partial<ResolveInput>): string {
  try {
    return decideResolution({ ...input, ...change }).kind;
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

const disputed = { ...input.money, disputes: [{ status: 'needs_response', amountMinor: 25_000n, lostMinor: 0n }] };

describe('decideResolution', () => {
  it('accepts: the money becomes sales, the buyer gets the tokens, though the sale is closed', () => {
    const made = decideResolution(input);
    expect(made).toMatchObject({ kind: 'accept', allocation: { totalBase: 2_000n } });
    if (made.kind === 'accept') {
      expect(made.transfers.map(({ kind }) => kind)).toEqual(['unapplied_accepted', 'tokens_owed']);
    }
  });

  it('never oversells, whatever the operator wishes', () => {
    const { units } = input;
    expect(refusal({ units: { ...units, quantity: 3 } })).toBe('tier.not_enough_left');
    expect(refusal({ units: { ...units, tier: { ...units.tier, heldUnits: 6 } } })).toBe('tier.sold_out');
    expect(refusal({ units: { ...units, buyerUnits: 4 } })).toBe('tier.buyer_limit');
    expect(refusal({ units: { ...units, promoHasUse: false } })).toBe('promo.exhausted');
  });

  it('gives back all that is left', () => {
    const money = { ...input.money, refunds: [{ state: 'succeeded', amountMinor: 5_000n }] } as const;
    expect(decideResolution({ ...input, wish: 'return', money })).toEqual({
      kind: 'return',
      refund: { id: 'id', amountMinor: 20_000n },
    });
  });

  it('leaves money alone that a refund or a dispute has laid hands on', () => {
    expect(refusal({ money: disputed })).toBe('order.state');
    expect(refusal({ money: disputed, wish: 'return' })).toBe('order.state');
    expect(refusal({ money: { ...input.money, refunds: [{ state: 'requested', amountMinor: 1n }] } })).toBe(
      'order.state',
    );
  });

  it('is asked for orders under review alone', () => {
    expect(refusal({ status: 'paid', payment: { state: 'applied' } })).toBe('order.state');
  });
});
