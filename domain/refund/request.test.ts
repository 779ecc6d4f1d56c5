import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '../error.ts';
import type { PaymentState } from '../payment/state.ts';
import { decideRefundRequest } from './request.ts';
import { goneMinor, pendingMinor, reversibleMinor, surplusLeftMinor } from './reversible.ts';
import type { CapturedMoney } from './reversible.ts';
import { REFUND_STATES } from './state.ts';

const money: CapturedMoney = { capturedMinor: 1_000n, refunds: [], disputes: [] };

function ask(
  amountMinor: bigint | null,
  change: Partial<CapturedMoney> = {},
  currency = 'USD',
  state: PaymentState = 'applied',
) {
  try {
    return decideRefundRequest({ payment: { state, currency }, money: { ...money, ...change }, amountMinor });
  } catch (error) {
    if (error instanceof DomainError) return error.code;
    throw error;
  }
}

const dispute = (status: string, lostMinor = 0n) => ({ disputes: [{ status, amountMinor: 600n, lostMinor }] });

describe('decideRefundRequest', () => {
  it('refunds a part, or all that is left', () => {
    expect(ask(400n)).toBe(400n);
    expect(ask(null)).toBe(1_000n);
    expect(ask(null, { refunds: [{ state: 'succeeded', amountMinor: 250n }] })).toBe(750n);
  });

  it('shares one amount between refunds and disputes', () => {
    expect(ask(401n, dispute('needs_response'))).toBe('refund.exceeds');
    expect(ask(400n, dispute('needs_response'))).toBe(400n);
    expect(ask(null, dispute('won'))).toBe(1_000n);
    expect(ask(null, dispute('warning_needs_response'))).toBe(1_000n);
    expect(ask(null, dispute('lost', 600n))).toBe(400n);
    expect(ask(null, dispute('appeal_under_review', 600n))).toBe(400n);
  });

  it.each([
    ['requested', 'refund.exceeds'],
    ['submitting', 'refund.exceeds'],
    ['pending', 'refund.exceeds'],
    ['succeeded', 'refund.exceeds'],
    ['failed', 'refund.exceeds'],
    ['canceled', 1_000n],
  ] as const)('counts a refund that is %s', (state, expected) => {
    expect(ask(null, { refunds: [{ state, amountMinor: 1_000n }] })).toBe(expected);
  });

  it('refuses what the provider cannot give back', () => {
    for (const amountMinor of [0n, -1n]) expect(ask(amountMinor)).toBe('refund.amount');
    expect(ask(15n, {}, 'KWD')).toBe('refund.amount');
    expect(ask(10n, {}, 'KWD')).toBe(10n);
  });

  it('refuses where nothing was captured, and allows what waits or came twice', () => {
    expect(ask(1n, {}, 'USD', 'open')).toBe('payment.state');
    expect(ask(1n, {}, 'USD', 'canceled')).toBe('payment.state');
    expect(ask(null, {}, 'USD', 'review')).toBe(1_000n);
    expect(ask(null, {}, 'USD', 'surplus')).toBe(1_000n);
  });

  it('never lets refunds and disputes pass what was captured', () => {
    const refunds = fc.array(
      fc.record({ state: fc.constantFrom(...REFUND_STATES), amountMinor: fc.bigInt(1n, 300n) }),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(refunds, fc.bigInt(1n, 1_500n), fc.constantFrom('won', 'needs_response'), (made, wanted, status) => {
        const all = { ...money, refunds: made, ...dispute(status) };
        const before = goneMinor(all) + pendingMinor(made);
        const decided = ask(wanted, all);
        if (typeof decided === 'bigint') expect(before + decided <= 1_000n).toBe(true);
        expect(reversibleMinor(all) >= 0n).toBe(true);
      }),
    );
  });
});

it('gives a second payment back once its dispute is won, and nothing else by itself', () => {
  const disputes = [{ status: 'won', amountMinor: 1_000n, lostMinor: 0n }];
  expect(surplusLeftMinor('surplus', 'won', { ...money, disputes })).toBe(1_000n);
  for (const state of ['applied', 'review'] as const) {
    expect(surplusLeftMinor(state, 'won', { ...money, disputes })).toBe(0n);
  }
  for (const status of ['needs_response', 'lost']) {
    expect(surplusLeftMinor('surplus', status, { ...money, disputes })).toBe(0n);
  }
  for (const state of ['submitting', 'succeeded', 'failed'] as const) {
    const refunds = [{ state, amountMinor: 1_000n }];
    expect(surplusLeftMinor('surplus', 'won', { ...money, disputes, refunds })).toBe(0n);
  }
});
