import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decideReadiness } from './ready.ts';
import type { DatedCommission } from './ready.ts';

const NOW = new Date('2026-11-28T12:00:00Z');
const minutes = (count: number) => new Date(NOW.getTime() + count * 60_000);

const commission = fc
  .record({
    amountMinor: fc.bigInt({ min: 1n, max: 1_000_000n }),
    takenPercent: fc.bigInt({ min: 0n, max: 100n }),
    isReady: fc.boolean(),
    minutesLeft: fc.integer({ min: -3, max: 3 }),
  })
  .map(({ amountMinor, takenPercent, isReady, minutesLeft }) => ({
    ...{ amountMinor, isReady, currency: 'USD', readyAt: minutes(minutesLeft) },
    reversedMinor: (amountMinor * takenPercent) / 100n,
  }));

const commissions = fc
  .array(commission, { maxLength: 10 })
  .map((all) => all.map((each, at): DatedCommission => ({ ...each, id: `e${at}`, level: at + 1, agentId: `a${at}` })));

it('makes available, once, what reversals left of a commission whose hold is over, and of no other', () => {
  fc.assert(
    fc.property(commissions, (accruals) => {
      const moved = new Map(
        decideReadiness(accruals, NOW).transfers.map(({ kind, reference, postings }) => [
          reference.id,
          { kind, postings },
        ]),
      );
      for (const { id, agentId, isReady, readyAt, amountMinor, reversedMinor } of accruals) {
        const left = amountMinor - reversedMinor;
        const isDue = !isReady && readyAt <= NOW && left > 0n;
        expect(moved.get(id)).toEqual(
          isDue
            ? {
                kind: 'commission_ready',
                postings: [
                  { account: 'agent_held', ownerId: agentId, asset: 'USD', amount: -left },
                  { account: 'agent_available', ownerId: agentId, asset: 'USD', amount: left },
                ],
              }
            : undefined,
        );
      }
    }),
  );
});

it('names the next end of a hold, and none when nothing is held', () => {
  fc.assert(
    fc.property(commissions, (accruals) => {
      const ends = accruals
        .filter((each) => !each.isReady && each.amountMinor > each.reversedMinor && each.readyAt > NOW)
        .map(({ readyAt }) => readyAt.getTime())
        .sort((left, right) => left - right);
      expect(decideReadiness(accruals, NOW).heldUntil?.getTime()).toBe(ends[0]);
    }),
  );
});
