import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Transfer } from '../ledger/transfer.ts';
import { decideDispute } from './decide.ts';
import type { DisputeInput } from './decide.ts';
import { mergeDispute } from './merge.ts';
import type { DisputeFact, DisputeRecord } from './merge.ts';
import { disputeStanding } from './status.ts';

const opened: DisputeFact = { status: 'needs_response', amountMinor: 100n, withdrawnMinor: 100n, reinstatedMinor: 0n };

function told(change: Partial<DisputeFact>): DisputeFact {
  return { ...opened, ...change };
}

function input(change: Partial<DisputeInput>): DisputeInput {
  return { known: null, current: opened, source: 'sales', currency: 'USD', changeId: 'c', ...change };
}

/** The ledger after a life of words, each read from the provider. */
function live(words: readonly DisputeFact[]): { balances: Record<string, bigint>; gone: bigint; known: DisputeRecord } {
  const balances: Record<string, bigint> = {};
  let known: DisputeRecord | null = null;
  let gone = 0n;
  for (const word of words) {
    const change = decideDispute(input({ known, current: word }));
    if (change === null) continue;
    known = change.record;
    gone += change.newlyGoneMinor;
    add(balances, change.transfers);
  }
  if (known === null) throw new Error('Nothing happened.');
  return { balances: onlyMoved(balances), gone, known };
}

function add(balances: Record<string, bigint>, transfers: readonly Transfer[]): void {
  for (const { account, amount } of transfers.flatMap(({ postings }) => postings)) {
    balances[account] = (balances[account] ?? 0n) + amount;
  }
}

function onlyMoved(balances: Record<string, bigint>): Record<string, bigint> {
  return Object.fromEntries(Object.entries(balances).filter(([, balance]) => balance !== 0n));
}

const won = told({ status: 'won', reinstatedMinor: 100n });
const lost = told({ status: 'lost' });

describe('the life of a dispute', () => {
  it.each([
    ['an inquiry takes nothing', [told({ status: 'warning_needs_response', withdrawnMinor: 0n })], {}, 0n],
    [
      'an inquiry that is closed leaves nothing',
      [
        told({ status: 'warning_needs_response', withdrawnMinor: 0n }),
        told({ status: 'warning_closed', withdrawnMinor: 0n }),
      ],
      {},
      0n,
    ],
    ['an open one stands apart', [opened], { disputed: -100n, provider_receivable: 100n }, 0n],
    ['a won one leaves nothing', [opened, won], {}, 0n],
    [
      'a won one whose money is still out stands apart',
      [opened, told({ status: 'won' })],
      { disputed: -100n, provider_receivable: 100n },
      0n,
    ],
    ['a lost one is taken from the sales', [opened, lost], { sales: -100n, provider_receivable: 100n }, 100n],
    [
      'one settled beforehand is lost',
      [told({ status: 'prevented' })],
      { sales: -100n, provider_receivable: 100n },
      100n,
    ],
    [
      'a won one that is opened again and lost',
      [
        opened,
        won,
        told({ reinstatedMinor: 100n, withdrawnMinor: 200n }),
        told({ status: 'lost', reinstatedMinor: 100n, withdrawnMinor: 200n }),
      ],
      { sales: -100n, provider_receivable: 100n },
      100n,
    ],
    [
      'a lost one whose appeal is won brings money for an operator to decide on',
      [opened, lost, told({ status: 'appeal_under_review' }), won],
      { sales: -100n, unapplied: 100n },
      100n,
    ],
    [
      'a part given back at once, as for a payment that was partly refunded',
      [opened, told({ status: 'lost', reinstatedMinor: 30n })],
      { sales: -70n, provider_receivable: 70n },
      70n,
    ],
  ] as [string, DisputeFact[], Record<string, bigint>, bigint][])('%s', (_name, words, balances, gone) => {
    expect(live(words)).toMatchObject({ balances, gone });
  });

  it('takes the money of an order in review from what no order had', () => {
    const change = decideDispute(input({ current: lost, source: 'unapplied' }));
    expect(change?.transfers.map(({ kind }) => kind)).toEqual(['dispute_withdrawn', 'dispute_lost']);
    expect(change?.transfers[1]?.postings[0]?.account).toBe('unapplied');
  });

  it('says nothing to a word it knows', () => {
    const known = mergeDispute(null, opened);
    expect(decideDispute(input({ known }))).toBeNull();
  });

  it('is won if it was lost and nobody asked before the appeal was won: nothing was taken back for it', () => {
    const { gone, balances } = live([opened, won]);
    expect({ gone, balances }).toEqual({ gone: 0n, balances: {} });
  });
});

const STATUSES = [
  ...['warning_needs_response', 'warning_under_review', 'warning_closed', 'needs_response', 'under_review'],
  ...['appeal_needs_response', 'appeal_under_review', 'won', 'lost', 'prevented', 'unheard_of'],
];

/** A provider's own history: amounts only grow, and no more is given back than was taken. */
const histories: fc.Arbitrary<DisputeFact[]> = fc
  .array(
    fc.record({
      status: fc.constantFrom(...STATUSES),
      withdrawn: fc.bigInt(0n, 100n),
      reinstatedPercent: fc.bigInt(0n, 100n),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((steps) => {
    let [withdrawnMinor, reinstatedMinor] = [0n, 0n];
    return steps.map(({ status, withdrawn, reinstatedPercent }) => {
      withdrawnMinor += withdrawn;
      reinstatedMinor += ((withdrawnMinor - reinstatedMinor) * reinstatedPercent) / 100n;
      return { status, amountMinor: 100n, withdrawnMinor, reinstatedMinor };
    });
  });

describe('words on a dispute', () => {
  it('come to the same however often each is read', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.nat(3), { minLength: 8 }), (history, times) => {
        const reads = history.flatMap((word, index) => Array.from({ length: 1 + (times[index] ?? 0) }, () => word));
        expect(live(reads)).toEqual(live(history));
      }),
    );
  });

  it('come to the same money when some are never read', () => {
    fc.assert(
      fc.property(histories, fc.array(fc.boolean(), { minLength: 8 }), (history, read) => {
        const last = history.length - 1;
        const { balances } = live(history.filter((_, index) => index === last || read[index]));
        expect(balances['provider_receivable']).toBe(live(history).balances['provider_receivable']);
      }),
    );
  });

  it('leave exactly what was taken and not given back, wherever it stands', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { balances, known } = live(history);
        expect(balances['provider_receivable'] ?? 0n).toBe(known.withdrawnMinor - known.reinstatedMinor);
        expect(balances['sales'] ?? 0n).toBe(-known.lostMinor);
        expect((balances['disputed'] ?? 0n) <= 0n && (balances['unapplied'] ?? 0n) >= 0n).toBe(true);
      }),
    );
  });
});

it('freezes on a word it does not know', () => {
  expect(STATUSES.filter((status) => disputeStanding(status) === 'open')).toEqual([
    ...['warning_needs_response', 'warning_under_review', 'needs_response', 'under_review'],
    ...['appeal_needs_response', 'appeal_under_review', 'unheard_of'],
  ]);
});
