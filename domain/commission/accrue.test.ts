import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accrue } from './accrue.ts';
import type { CommissionPlan, ReferralLevel } from './accrue.ts';

const plan: CommissionPlan = {
  id: 'plan',
  version: 1,
  mode: 'level',
  capBasisPoints: 2_000,
  levels: [
    { level: 1, rateBasisPoints: 1_200, holdDays: 7, minimumSalesMinor: 0n },
    { level: 2, rateBasisPoints: 400, holdDays: 14, minimumSalesMinor: 1_000n },
  ],
};

function person(level: number, change: Partial<ReferralLevel> = {}): ReferralLevel {
  const agentId = `agent-${level}`;
  return { level, agentId, active: true, directSalesMinor: 1_000n, suspendedAtSettlement: false, ...change };
}

function amounts(chain: ReferralLevel[], change: Partial<CommissionPlan> = {}, netMinor = 25_000n): [number, bigint][] {
  const shares = accrue({ netMinor, buyerId: 'buyer', chain, plan: { ...plan, ...change } });
  return shares.map(({ level, amountMinor }) => [level, amountMinor]);
}

const anyPerson = fc.record({
  level: fc.integer({ min: 1, max: 12 }),
  agentId: fc.constantFrom('buyer', 'a', 'b', 'c', 'd', 'e'),
  active: fc.boolean(),
  directSalesMinor: fc.bigInt(0n, 2_000n),
  suspendedAtSettlement: fc.boolean(),
  rankBasisPoints: fc.constantFrom(0, 1_000, 1_500, 2_000, 2_500),
});
const anyPlan: fc.Arbitrary<CommissionPlan> = fc.record({
  id: fc.constant('plan'),
  version: fc.constant(1),
  mode: fc.constantFrom('level', 'differential'),
  capBasisPoints: fc.integer({ min: 0, max: 10_000 }),
  levels: fc
    .array(fc.record({ rateBasisPoints: fc.integer({ min: 0, max: 5_000 }), minimumSalesMinor: fc.bigInt(0n, 2_000n) }))
    .map((levels) => levels.map((terms, index) => ({ ...terms, level: index + 1, holdDays: 7 }))),
});
const anyChain = fc.uniqueArray(anyPerson, { selector: ({ level }) => level });
const anyNet = fc.oneof(fc.bigInt(0n, 200n), fc.bigInt(0n, 99_999_999n));

describe('accrue', () => {
  it('never gives more than the cap, nor anything to the buyer, nor twice to one person', () => {
    fc.assert(
      fc.property(anyNet, anyChain, anyPlan, (netMinor, chain, made) => {
        const shares = accrue({ netMinor, buyerId: 'buyer', chain, plan: made });
        const sum = shares.reduce((total, { amountMinor }) => total + amountMinor, 0n);
        expect(sum * 10_000n <= netMinor * BigInt(made.capBasisPoints)).toBe(true);
        expect(shares.every(({ amountMinor, agentId }) => amountMinor > 0n && agentId !== 'buyer')).toBe(true);
        expect(new Set(shares.map(({ agentId }) => agentId)).size).toBe(shares.length);
      }),
    );
  });

  it('pays only who was active, sold the minimum and is not suspended', () => {
    fc.assert(
      fc.property(anyNet, anyChain, anyPlan, (netMinor, chain, made) => {
        for (const share of accrue({ netMinor, buyerId: 'buyer', chain, plan: made })) {
          const earner = chain.find(({ level }) => level === share.level);
          const terms = made.levels.find(({ level }) => level === share.level);
          expect(earner).toMatchObject({ agentId: share.agentId, active: true, suspendedAtSettlement: false });
          expect((earner?.directSalesMinor ?? 0n) >= (terms?.minimumSalesMinor ?? 1n)).toBe(true);
        }
      }),
    );
  });

  it('gives the demo plan’s 12 % and 4 %, each with its own hold', () => {
    expect(accrue({ netMinor: 25_000n, buyerId: 'buyer', chain: [person(1), person(2)], plan })).toEqual([
      { level: 1, agentId: 'agent-1', rateBasisPoints: 1_200, netMinor: 25_000n, amountMinor: 3_000n, holdDays: 7 },
      { level: 2, agentId: 'agent-2', rateBasisPoints: 400, netMinor: 25_000n, amountMinor: 1_000n, holdDays: 14 },
    ]);
  });

  it('does not compress: a level that earns nothing moves nobody up', () => {
    for (const idle of [
      person(1, { active: false }),
      person(1, { suspendedAtSettlement: true }),
      person(1, { agentId: 'buyer' }),
    ]) {
      expect(amounts([idle, person(2)])).toEqual([[2, 1_000n]]);
    }
    expect(amounts([person(1), person(2, { directSalesMinor: 999n })])).toEqual([[1, 3_000n]]);
  });

  it('serves levels from 1 upward, whatever order they were read in, until the cap', () => {
    expect(amounts([person(2), person(1)], { capBasisPoints: 1_300 })).toEqual([
      [1, 3_000n],
      [2, 250n],
    ]);
    expect(amounts([person(1), person(2)], { capBasisPoints: 1_200 })).toEqual([[1, 3_000n]]);
  });

  it('rounds a share half up and the cap down', () => {
    expect(amounts([person(1), person(2)], { capBasisPoints: 1_600 }, 999n)).toEqual([
      [1, 120n],
      [2, 39n],
    ]);
  });

  it('pays the difference between ranks, keeping what an idle rank would have earned', () => {
    const ranks = {
      levels: [1, 2, 3].map((level) => ({ level, rateBasisPoints: 0, holdDays: 7, minimumSalesMinor: 0n })),
    };
    const chain = [
      person(1, { rankBasisPoints: 1_000 }),
      person(2, { rankBasisPoints: 1_500, active: false }),
      person(3, { rankBasisPoints: 2_000 }),
    ];
    expect(amounts(chain, { ...ranks, mode: 'differential' })).toEqual([
      [1, 2_500n],
      [3, 1_250n],
    ]);
    const ranked = { netMinor: 25_000n, buyerId: 'buyer', chain, buyerRankBasisPoints: 1_500 };
    expect(accrue({ ...ranked, plan: { ...plan, ...ranks, mode: 'differential' } })).toMatchObject([
      { level: 3, rateBasisPoints: 500, amountMinor: 1_250n },
    ]);
  });

  it('pays a person who stands on two levels only once, on the lower one', () => {
    expect(amounts([person(1), person(2, { agentId: 'agent-1' })])).toEqual([[1, 3_000n]]);
  });

  it('takes a negative net for misuse', () => {
    expect(() => amounts([], {}, -1n)).toThrow(TypeError);
  });
});
