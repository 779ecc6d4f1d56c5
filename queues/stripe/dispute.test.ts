import { expect, test } from 'vitest';
import { readDispute } from './dispute.ts';

const told = {
  id: 'du_1',
  object: 'dispute',
  status: 'won',
  amount: 900,
  currency: 'usd',
  reason: 'fraudulent',
  created: 1_000,
  payment_intent: 'pi_1',
  balance_transactions: [
    { amount: -900, currency: 'usd' },
    { amount: 900, currency: 'usd' },
  ],
  evidence_details: { due_by: 2_000 },
};

test('what a bank took and what it gave back are added up apart', () => {
  expect(readDispute(told, null)).toEqual({
    id: 'du_1',
    account: null,
    intentId: 'pi_1',
    status: 'won',
    amountMinor: 900n,
    withdrawnMinor: 900n,
    reinstatedMinor: 900n,
    currency: 'usd',
    reason: 'fraudulent',
    openedAt: new Date(1_000_000),
    dueBy: new Date(2_000_000),
  });
  expect(readDispute({ ...told, balance_transactions: [] }, null)).toMatchObject({
    withdrawnMinor: 0n,
    reinstatedMinor: 0n,
  });
});

test('a balance kept in another currency has moved by the whole dispute', () => {
  const moves = [{ amount: -830, currency: 'eur' }];
  expect(readDispute({ ...told, balance_transactions: moves }, null)).toMatchObject({
    withdrawnMinor: 900n,
    reinstatedMinor: 0n,
  });
});

test('what is no dispute is refused', () => {
  expect(() => readDispute({ ...told, object: 'refund' }, null)).toThrow('request.malformed');
});
