import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transfer } from '../ledger/transfer.ts';
import { decideSettlement } from './settle.ts';
import type { Settle, SettleInput } from './settle.ts';

const now = new Date('2026-11-22T10:00:00Z');

function input(): SettleInput {
  let last = 0;
  return {
    order: {
      id: 'order',
      siteId: 'site',
      userId: 'buyer',
      status: 'pending',
      amountMinor: 25_000n,
      currency: 'USD',
      tokenBase: 2_000n,
      walletAddress: '0x0',
      quantity: 2,
      tierId: 'tier',
      paymentIntentId: 'pi_1',
      account: 'acct_1',
      referrerBound: false,
    },
    fact: { paymentIntentId: 'pi_1', account: 'acct_1', amountMinor: 25_000n, currency: 'usd' },
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
    ['another PaymentIntent', { paymentIntentId: 'pi_2' }],
    ['another account', { account: null }],
    ['less money', { amountMinor: 24_999n }],
    ['another currency', { currency: 'eur' }],
  ])('parks a payment that is not the order’s: %s', (_name, difference) => {
    const base = input();
    const fact = { ...base.fact, ...difference };
    const parked = { kind: 'parked', reason: 'payment.mismatch' };
    expect(decideSettlement({ ...base, fact })).toEqual(parked);
    expect(decideSettlement({ ...order({ status: 'paid' }), fact })).toEqual(parked);
  });

  it('parks money for an order that has no PaymentIntent recorded', () => {
    expect(decideSettlement(order({ paymentIntentId: null }))).toEqual({ kind: 'parked', reason: 'payment.mismatch' });
  });

  it('changes nothing for a payment that was already applied', () => {
    for (const status of ['paid', 'refunded'] as const) {
      expect(decideSettlement(order({ status }))).toEqual({ kind: 'already_paid' });
    }
  });

  it('parks money that came too late', () => {
    for (const status of ['expired', 'cancelled', 'review'] as const) {
      expect(decideSettlement(order({ status }))).toEqual({ kind: 'parked', reason: 'order.state' });
    }
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

  it('owes the tokens of a free order without posting money', () => {
    const base = order({ amountMinor: 0n });
    const made = settled({ ...base, fact: { ...base.fact, amountMinor: 0n } });
    expect(made.transfers.map(({ kind }) => kind)).toEqual(['tokens_owed']);
  });
});
