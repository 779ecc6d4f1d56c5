import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertTransfer,
  commissionAccrued,
  commissionReady,
  paymentSettled,
  payoutConfirmed,
  payoutFailed,
  payoutSubmitted,
  tokensOwed,
} from './transfer.ts';
import type { Posting, Transfer } from './transfer.ts';

const entry = { entryId: 'e', agentId: 'agent', currency: 'USD', amountMinor: 5n };
const payout = { payoutId: 'p', buyerId: 'buyer', amountBase: 5n };

/** Every builder with the accounts it debits and credits. */
const TABLE: [made: Transfer, debit: string, credit: string][] = [
  [paymentSettled({ orderId: 'o', currency: 'USD', amountMinor: 5n }), 'provider_receivable', 'sales'],
  [tokensOwed({ orderId: 'o', buyerId: 'buyer', amountBase: 5n }), 'token_pool', 'buyer_owed buyer'],
  [commissionAccrued(entry), 'commission_expense', 'agent_held agent'],
  [commissionReady(entry), 'agent_held agent', 'agent_available agent'],
  [payoutSubmitted(payout), 'buyer_owed buyer', 'in_flight buyer'],
  [payoutConfirmed(payout), 'in_flight buyer', 'delivered buyer'],
  [payoutFailed(payout), 'in_flight buyer', 'buyer_owed buyer'],
];

function side({ account, ownerId }: Posting): string {
  return ownerId === null ? account : `${account} ${ownerId}`;
}

describe('the postings table', () => {
  it.each(TABLE)('is followed by row %#', (transfer, debit, credit) => {
    const [first, second] = transfer.postings;
    expect(first?.amount).toBe(-5n);
    expect(second?.amount).toBe(5n);
    expect(transfer.postings.map(side)).toEqual([debit, credit]);
  });

  it('sums to zero for each asset, whatever the amount', () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 77n), (amount) => {
        for (const made of [
          payoutSubmitted({ ...payout, amountBase: amount }),
          commissionAccrued({ ...entry, amountMinor: amount }),
        ]) {
          expect(made.postings.reduce((sum, posting) => sum + posting.amount, 0n)).toBe(0n);
        }
      }),
    );
  });

  it('knows no transfer of nothing, nor a negative one', () => {
    for (const amountMinor of [0n, -1n]) expect(() => commissionReady({ ...entry, amountMinor })).toThrow(TypeError);
  });

  it('keeps a payout’s way back to where it began', () => {
    const all = [payoutSubmitted(payout), payoutFailed(payout)].flatMap(({ postings }) => postings);
    const sums = new Map<string, bigint>();
    for (const posting of all) sums.set(posting.account, (sums.get(posting.account) ?? 0n) + posting.amount);
    expect([...sums.values()]).toEqual([0n, 0n]);
  });
});

describe('assertTransfer', () => {
  const sound = { account: 'sales', ownerId: null, asset: 'USD', amount: 5n } as const;
  const against = { account: 'provider_receivable', ownerId: null, asset: 'USD', amount: -5n } as const;
  const broken: [string, Posting[]][] = [
    ['one side', [sound]],
    ['a sum that is not zero', [sound, { ...against, amount: -4n }]],
    ['zero over two assets only', [sound, { ...against, asset: 'EUR' }]],
    ['an empty posting', [sound, against, { ...sound, amount: 0n }]],
    ['an owner on a site’s account', [sound, { ...against, ownerId: 'buyer' }]],
    ['no owner on an agent’s account', [sound, { ...against, account: 'agent_held' }]],
    [
      'tokens on a money account',
      [
        { ...sound, asset: 'token' },
        { ...against, asset: 'token' },
      ],
    ],
  ];

  it.each(broken)('stops %s', (_name, postings) => {
    expect(() => assertTransfer({ kind: 'payment_settled', reference: { type: 'order', id: 'o' }, postings })).toThrow(
      TypeError,
    );
  });
});
