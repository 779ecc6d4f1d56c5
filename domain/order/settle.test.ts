import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transfer } from '../ledger/transfer.ts';
import { decideFreeSettlement, decideSettlement } from './settle.ts';
import type { Settle, SettleInput } from './settle.ts';
import { ORDER_STATUSES } from './state.ts';
import type { TierTerms } from '../tier/state.ts';

const now = new Date('2026-11-22T10:00:00Z');

const tier: TierTerms = {
  ...{ id: 'tier', version: 2, unitPriceMinor: 99_000n, tokensPerUnitBase: 1_000n, maxUnitsPerBuyer: 5 },
  ...{ totalUnits: 10, heldUnits: 3, soldUnits: 5, opensAt: null, closesAt: null, active: true },
};

function input(): SettleInput {
  let last = 0;
  return {
    order: {
      id: 'order',
      userId: 'buyer',
      status: 'pending',
      amountMinor: 25_000n,
      currency: 'USD',
      tokenBase: 2_000n,
      account: 'acct_1',
      referrerBound: false,
    },
    payments: [{ id: 'payment', intentId: 'pi_1', account: 'acct_1', state: 'open' }],
    fact: { intentId: 'pi_1', account: 'acct_1', amountMinor: 25_000n, currency: 'usd', namesOrder: false },
    late: { tier, quantity: 2, buyerUnits: 0, promoHasUse: true },
    chain: [1, 2].map((level) => ({
      level,
      agentId: `agent-${level}`,
      active: true,
      directSalesMinor: 0n,
      suspendedAtSettlement: false,
    })),
    plan: {
      id: 'plan',
      version: 1,
      mode: 'level',
      capBasisPoints: 2_000,
      levels: [
        { level: 1, rateBasisPoints: 1_200, holdDays: 7, minimumSalesMinor: 0n },
        { level: 2, rateBasisPoints: 400, holdDays: 7, minimumSalesMinor: 0n },
      ],
    },
    policy: { tgeBasisPoints: 1_000, cliffCount: 0, periodCount: 3, periodUnit: 'month' },
    settings: { riskWindowDays: 7, referralDepth: 10 },
    now,
    newId: () => `id-${(last += 1)}`,
  };
}

function order(change: Partial<SettleInput['order']>): SettleInput {
  const made = input();
  return { ...made, order: { ...made.order, ...change } };
}

function settled(of: SettleInput): Settle {
  const decided = decideSettlement(of);
  if (decided.kind !== 'settle') throw new Error(`It was ${decided.kind}.`);
  return decided;
}

function sumsByAsset(transfers: readonly Transfer[]): Record<string, bigint> {
  const sums: Record<string, bigint> = {};
  for (const { asset, amount } of transfers.flatMap(({ postings }) => postings)) {
    sums[asset] = (sums[asset] ?? 0n) + amount;
  }
  return sums;
}

describe('decideSettlement', () => {
  it('settles: allocation, commissions, ledger, risk window and referrer in one decision', () => {
    const made = settled(input());
    expect(made.allocation.totalBase).toBe(2_000n);
    expect(made.allocation.releases.map(({ amountBase, state }) => [amountBase, state])).toEqual([
      [200n, 'due'],
      [600n, 'scheduled'],
      [600n, 'scheduled'],
      [600n, 'scheduled'],
    ]);
    expect(made.commissions).toMatchObject([
      { agentId: 'agent-1', amountMinor: 3_000n, currency: 'USD', readyAt: new Date('2026-11-29T10:00:00Z') },
      { agentId: 'agent-2', amountMinor: 1_000n },
    ]);
    expect(made.transfers.map(({ kind }) => kind)).toEqual([
      'payment_settled',
      'tokens_owed',
      'commission_accrued',
      'commission_accrued',
    ]);
    expect(made.payableFrom).toEqual(new Date('2026-11-29T10:00:00Z'));
    expect(made.bindReferrer).toBe(true);
  });

  it('keeps its sums, whatever the amounts: releases make the allocation, the ledger makes zero', () => {
    const amounts = fc.tuple(fc.bigInt(0n, 99_999_999n), fc.bigInt(1n, 10n ** 40n));
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 10_000 }), ([amountMinor, tokenBase], tgeBasisPoints) => {
        const base = order({ amountMinor, tokenBase });
        const fact = { ...base.fact, amountMinor };
        const made = settled({ ...base, fact, policy: { ...base.policy, tgeBasisPoints } });
        const released = made.allocation.releases.reduce((sum, release) => sum + release.amountBase, 0n);
        expect(released).toBe(tokenBase);
        expect(Object.values(sumsByAsset(made.transfers)).every((sum) => sum === 0n)).toBe(true);
        const accrued = made.transfers.filter(({ kind }) => kind === 'commission_accrued');
        expect(accrued.map(({ reference }) => reference.id)).toEqual(made.commissions.map(({ id }) => id));
      }),
    );
  });

  it('gives every row an id of its own', () => {
    const { allocation, commissions } = settled(input());
    const ids = [allocation, ...allocation.releases, ...commissions].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each([
    ['another PaymentIntent', { intentId: 'pi_2' }],
    ['another account', { account: null }],
    ['less money', { amountMinor: 24_999n }],
    ['more money', { amountMinor: 25_001n }],
    ['another currency', { currency: 'eur' }],
  ])('parks a payment that is not the order’s, whatever its status: %s', (_name, difference) => {
    const parked = { kind: 'parked', reason: 'payment.mismatch' };
    for (const status of ORDER_STATUSES) {
      const base = order({ status });
      expect(decideSettlement({ ...base, fact: { ...base.fact, ...difference } })).toEqual(parked);
    }
  });

  it('adopts a PaymentIntent nobody recorded only if the provider says it names the order', () => {
    const unrecorded = { ...input(), payments: [] };
    expect(decideSettlement(unrecorded)).toEqual({ kind: 'parked', reason: 'payment.mismatch' });
    const named = { ...unrecorded, fact: { ...unrecorded.fact, namesOrder: true } };
    expect(settled(named)).toMatchObject({ isRecorded: false, isLate: false });
    expect(decideSettlement({ ...named, fact: { ...named.fact, account: 'acct_2' } }).kind).toBe('parked');
  });

  it('changes nothing for a payment that was captured before, whatever became of the order', () => {
    for (const status of ORDER_STATUSES) {
      for (const state of ['applied', 'review', 'surplus'] as const) {
        const base = order({ status });
        const payments = base.payments.map((payment) => ({ ...payment, state }));
        expect(decideSettlement({ ...base, payments })).toEqual({ kind: 'already_applied' });
      }
    }
  });

  it('pays an expired or cancelled order while tier and stock allow', () => {
    for (const status of ['expired', 'cancelled'] as const) {
      const made = settled(order({ status }));
      expect(made).toMatchObject({ isLate: true, paymentId: 'payment', allocation: { totalBase: 2_000n } });
    }
  });

  it.each([
    ['tier.closed', { tier: { ...tier, active: false } }],
    ['tier.closed', { tier: { ...tier, closesAt: now } }],
    ['tier.not_enough_left', { tier: { ...tier, heldUnits: 4 } }],
    ['tier.sold_out', { tier: { ...tier, heldUnits: 5 } }],
    ['tier.buyer_limit', { buyerUnits: 4 }],
    ['promo.exhausted', { promoHasUse: false }],
  ])('keeps late money for review where they do not: %s, case %#', (reason, change) => {
    const base = order({ status: 'expired' });
    const late = { tier, quantity: 2, buyerUnits: 0, promoHasUse: true, ...change };
    const made = decideSettlement({ ...base, late });
    expect(made).toMatchObject({ kind: 'review', reason, paymentId: 'payment', isRecorded: true });
    if (made.kind === 'review') expect(made.transfers.map(({ kind }) => kind)).toEqual(['payment_unapplied']);
  });

  it('gives a second payment back in full, whatever the order has become since', () => {
    for (const status of ['paid', 'review', 'refunded'] as const) {
      const base = order({ status });
      const payments = [
        { id: 'first', intentId: 'pi_0', account: 'acct_1', state: 'applied' } as const,
        ...base.payments,
      ];
      const made = decideSettlement({ ...base, payments });
      expect(made).toMatchObject({ kind: 'surplus', paymentId: 'payment', refund: { amountMinor: 25_000n } });
      if (made.kind === 'surplus') expect(made.transfers.map(({ kind }) => kind)).toEqual(['payment_unapplied']);
    }
  });

  it('never loses money: all that agrees is applied, kept for review or given back', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ORDER_STATUSES), fc.boolean(), fc.boolean(), (status, isRecorded, isLeft) => {
        const base = order({ status });
        const made = decideSettlement({
          ...base,
          payments: isRecorded ? base.payments : [],
          fact: { ...base.fact, namesOrder: true },
          late: { ...base.late, quantity: isLeft ? 2 : 3 },
        });
        if (made.kind === 'already_applied' || made.kind === 'parked') throw new Error(`It was ${made.kind}.`);
        const received = made.transfers.flatMap(({ postings }) => postings);
        const held = received.filter(({ account }) => account === 'provider_receivable');
        expect(held.map(({ amount }) => amount)).toEqual([-25_000n]);
      }),
    );
  });

  it('binds a buyer once, and only to a referrer', () => {
    expect(settled(order({ referrerBound: true })).bindReferrer).toBe(false);
    expect(settled({ ...input(), chain: [] }).bindReferrer).toBe(false);
  });

  it('pays no level beyond the platform’s depth, and nothing without a plan', () => {
    const shallow = { ...input(), settings: { riskWindowDays: 0, referralDepth: 1 } };
    expect(settled(shallow).commissions.map(({ level }) => level)).toEqual([1]);
    expect(settled({ ...input(), plan: null }).commissions).toEqual([]);
  });
});

describe('decideFreeSettlement', () => {
  const free = () => order({ amountMinor: 0n });

  it('owes the tokens of an order that costs nothing, without posting money', () => {
    const made = decideFreeSettlement(free(), 'pending');
    expect(made).toMatchObject({ kind: 'settle', allocation: { totalBase: 2_000n }, commissions: [] });
    if (made.kind === 'settle') expect(made.transfers.map(({ kind }) => kind)).toEqual(['tokens_owed']);
  });

  it('settles it once, and not after it has ended', () => {
    const kinds = ORDER_STATUSES.map((status) => decideFreeSettlement(free(), status).kind);
    expect(kinds).toEqual(['settle', 'already_applied', 'ended', 'ended', 'ended', 'already_applied']);
  });

  it('takes an order that costs something for misuse', () => {
    expect(() => decideFreeSettlement(input(), 'pending')).toThrow(TypeError);
  });
});
