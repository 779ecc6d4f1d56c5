import { describe, expect, it } from 'vitest';
import {
  bankPayout,
  bankPayoutReturned,
  disputeLost,
  disputeReinstated,
  disputeSurplus,
  disputeSurplusUndone,
  disputeWithdrawn,
  paymentUnapplied,
  providerFee,
  providerFeeReturned,
  refundFailed,
  refundSucceeded,
  unappliedAccepted,
} from './money.ts';
import { commissionReversed, debtNetted, tokensReversed, tokensReversedSent, withdrawalCompleted } from './reversal.ts';
import type { Posting, Transfer } from './transfer.ts';

const money = { currency: 'USD', amountMinor: 5n };
const change = { ...money, changeId: 'c' };
const line = { ...money, balanceTransactionId: 'b' };
const refund = { ...money, refundId: 'r' };
const tokens = { buyerId: 'buyer', amountBase: 5n, cause: { type: 'refund', id: 'r' } as const };
const entry = { ...money, entryId: 'e', agentId: 'agent' };
const payout = { type: 'payout', id: 'p' } as const;

/** Every builder with the accounts it debits and credits. */
const TABLE: [made: Transfer, debit: string, credit: string][] = [
  [paymentUnapplied({ ...money, paymentId: 'p' }), 'provider_receivable', 'unapplied'],
  [unappliedAccepted({ ...money, orderId: 'o' }), 'unapplied', 'sales'],
  [refundSucceeded({ ...refund, source: 'sales' }), 'sales', 'provider_receivable'],
  [refundSucceeded({ ...refund, source: 'unapplied' }), 'unapplied', 'provider_receivable'],
  [refundFailed(refund), 'provider_receivable', 'unapplied'],
  [disputeWithdrawn(change), 'disputed', 'provider_receivable'],
  [disputeReinstated(change), 'provider_receivable', 'disputed'],
  [disputeLost({ ...change, source: 'sales' }), 'sales', 'disputed'],
  [disputeLost({ ...change, source: 'unapplied' }), 'unapplied', 'disputed'],
  [disputeSurplus(change), 'disputed', 'unapplied'],
  [disputeSurplusUndone(change), 'unapplied', 'disputed'],
  [providerFee(line), 'fees', 'provider_receivable'],
  [providerFeeReturned(line), 'provider_receivable', 'fees'],
  [bankPayout(line), 'bank', 'provider_receivable'],
  [bankPayoutReturned(line), 'provider_receivable', 'bank'],
  [tokensReversed(tokens), 'buyer_owed buyer', 'token_pool'],
  [tokensReversedSent(tokens), 'buyer_debt buyer', 'token_pool'],
  [debtNetted({ ...tokens, cause: payout }), 'buyer_owed buyer', 'buyer_debt buyer'],
  [commissionReversed({ ...entry, from: 'held' }), 'agent_held agent', 'commission_expense'],
  [commissionReversed({ ...entry, from: 'available' }), 'agent_available agent', 'commission_expense'],
  [withdrawalCompleted({ ...money, withdrawalId: 'w', agentId: 'agent' }), 'agent_available agent', 'cash_out'],
];

function side({ account, ownerId }: Posting): string {
  return ownerId === null ? account : `${account} ${ownerId}`;
}

describe('the postings table of reversals', () => {
  it.each(TABLE)('is followed by row %#', (transfer, debit, credit) => {
    expect(transfer.postings.map(({ amount }) => amount)).toEqual([-5n, 5n]);
    expect(transfer.postings.map(side)).toEqual([debit, credit]);
  });

  it('knows no transfer of nothing', () => {
    expect(() => refundFailed({ ...refund, amountMinor: 0n })).toThrow(TypeError);
    expect(() => tokensReversed({ ...tokens, amountBase: 0n })).toThrow(TypeError);
  });
});
