import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideRefund } from './decide.ts';
import type { RefundInput } from './decide.ts';
import type { RefundState } from './state.ts';
import { mayTransition } from './state.ts';

const base: RefundInput = {
  refundId: 'r',
  known: { state: 'submitting', amountMinor: 40n, currency: 'USD' },
  fact: { status: 'succeeded', amountMinor: 40n, currency: 'usd' },
  payment: { currency: 'USD', source: 'sales', capturedMinor: 100n, otherwiseTakenMinor: 0n },
};

function from(state: RefundState | null, status: string | null): RefundInput {
  return {
    ...base,
    known: state === null ? null : { state, amountMinor: 40n, currency: 'USD' },
    fact: { ...base.fact, status },
  };
}

function summary(input: RefundInput): unknown {
  const decided = decideRefund(input);
  return decided.kind === 'move'
    ? [decided.to, decided.newlyGoneMinor, decided.transfers.map(({ kind }) => kind)]
    : decided.kind;
}

describe('decideRefund', () => {
  it.each([
    ['submitting', 'pending', ['pending', 0n, []]],
    ['submitting', 'succeeded', ['succeeded', 40n, ['refund_succeeded']]],
    ['pending', 'failed', ['failed', 40n, ['refund_succeeded', 'refund_failed']]],
    ['pending', 'canceled', ['canceled', 0n, []]],
    ['succeeded', 'failed', ['failed', 0n, ['refund_failed']]],
    ['succeeded', 'pending', 'repeated'],
    ['succeeded', 'succeeded', 'repeated'],
    ['failed', 'succeeded', 'repeated'],
    ['succeeded', 'canceled', 'mismatch'],
    ['canceled', 'succeeded', 'mismatch'],
    [null, 'succeeded', ['succeeded', 40n, ['refund_succeeded']]],
    [null, 'failed', ['failed', 40n, ['refund_succeeded', 'refund_failed']]],
    [null, 'pending', ['pending', 0n, []]],
  ] as [RefundState | null, string, unknown][])('from %s, told %s', (state, status, expected) => {
    expect(summary(from(state, status))).toEqual(expected);
  });

  it('gives money that waits for review back from where it waits', () => {
    const decided = decideRefund({ ...base, payment: { ...base.payment, source: 'unapplied' } });
    expect(decided).toMatchObject({ transfers: [{ kind: 'unapplied_returned' }] });
  });

  it('pays what a failed refund owes when it is made anew, and takes nothing a second time', () => {
    const anew = (otherwiseTakenMinor: bigint) =>
      summary({ ...from(null, 'succeeded'), payment: { ...base.payment, otherwiseTakenMinor } });
    expect(anew(60n)).toEqual(['succeeded', 40n, ['refund_succeeded']]);
    expect(anew(70n)).toEqual(['succeeded', 30n, ['refund_succeeded', 'unapplied_returned']]);
    expect(anew(100n)).toEqual(['succeeded', 0n, ['unapplied_returned']]);
  });

  it('is no refund of ours with another amount or currency', () => {
    expect(summary({ ...base, fact: { ...base.fact, amountMinor: 41n } })).toBe('mismatch');
    expect(summary({ ...base, fact: { ...base.fact, currency: 'eur' } })).toBe('mismatch');
  });

  it('comes to the same whichever words are missed, as long as the last one comes', () => {
    const lives = fc.constantFrom<string[]>(
      ['pending', 'succeeded'],
      ['pending', 'failed'],
      ['pending', 'succeeded', 'failed'],
      ['pending', 'canceled'],
      ['succeeded', 'failed'],
    );
    const heard = fc.array(fc.boolean(), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(lives, heard, fc.boolean(), (life, isHeard, isOurs) => {
        const run = (words: string[]) => {
          let state: RefundState | null = isOurs ? 'submitting' : null;
          const sums: Record<string, bigint> = {};
          for (const word of words) {
            const decided = decideRefund(from(state, word));
            if (decided.kind !== 'move') continue;
            if (state !== null) expect(mayTransition(state, decided.to, 'posx_queue')).toBe(true);
            state = decided.to;
            for (const { account, amount } of decided.transfers.flatMap(({ postings }) => postings)) {
              sums[account] = (sums[account] ?? 0n) + amount;
            }
          }
          return { state, sums: Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0n)) };
        };
        const kept = life.filter((_word, index) => isHeard[index] === true || index === life.length - 1);
        expect(run([...kept, ...kept])).toEqual(run(life));
      }),
    );
  });
});
