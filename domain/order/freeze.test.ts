import { describe, expect, it } from 'vitest';
import type { CapturedMoney } from '../refund/reversible.ts';
import { freezeOf, leavesShare } from './freeze.ts';

const money: CapturedMoney = { capturedMinor: 1_000n, refunds: [], disputes: [] };
const freeze = (change: Partial<CapturedMoney>, isWarned = false) =>
  freezeOf({ money: { ...money, ...change }, totalBase: 500n, isWarned });
const dispute = (status: string) => ({ disputes: [{ status, amountMinor: 1_000n, lostMinor: 0n }] });

describe('freezeOf', () => {
  it('holds everything while a dispute is open or a warning stands, and lets go when it is won', () => {
    expect(freeze({}).isWhole).toBe(false);
    expect(freeze({}, true).isWhole).toBe(true);
    for (const status of ['warning_needs_response', 'under_review', 'appeal_under_review', 'unheard_of']) {
      expect(freeze(dispute(status)).isWhole).toBe(true);
    }
    for (const status of ['won', 'warning_closed', 'lost']) expect(freeze(dispute(status)).isWhole).toBe(false);
  });

  it('holds the share a refund will take, and no longer once it is decided', () => {
    for (const state of ['requested', 'submitting', 'pending'] as const) {
      expect(freeze({ refunds: [{ state, amountMinor: 300n }] })).toEqual({ isWhole: false, shareBase: 150n });
    }
    for (const state of ['succeeded', 'failed', 'canceled'] as const) {
      expect(freeze({ refunds: [{ state, amountMinor: 300n }] }).shareBase).toBe(0n);
    }
  });

  it('counts on from what is gone already', () => {
    const refunds = [
      { state: 'succeeded', amountMinor: 900n },
      { state: 'pending', amountMinor: 100n },
    ] as const;
    expect(freeze({ refunds }).shareBase).toBe(50n);
  });

  it('has nothing to take from an order that cost nothing', () => {
    expect(freezeOf({ money: null, totalBase: 500n, isWarned: false })).toEqual({ isWhole: false, shareBase: 0n });
  });
});

it('lets a payout leave as long as the frozen share stays', () => {
  expect(leavesShare(500n, 350n, 150n)).toBe(true);
  expect(leavesShare(500n, 351n, 150n)).toBe(false);
});
