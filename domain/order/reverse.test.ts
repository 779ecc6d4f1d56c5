import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ReversibleRelease } from '../allocation/reverse.ts';
import { RELEASE_STATES } from '../allocation/state.ts';
import type { AccruedCommission } from '../commission/reverse.ts';
import { decideDispute } from '../dispute/decide.ts';
import type { DisputeRecord } from '../dispute/merge.ts';
import { commissionAccrued, paymentSettled, payoutSubmitted, tokensOwed } from '../ledger/transfer.ts';
import type { Transfer } from '../ledger/transfer.ts';
import { decideRefund } from '../refund/decide.ts';
import { decideReversal } from './reverse.ts';
import type { Reversal, ReversalInput } from './reverse.ts';

const cause = { type: 'refund', id: 'r' } as const;
let last = 0;
const newId = () => `id-${(last += 1)}`;

function release(sequence: number, amountBase: bigint, state: ReversibleRelease['state']): ReversibleRelease {
  return { id: `release-${sequence}`, sequence, state, amountBase, reversedBase: 0n, nettedBase: 0n };
}

/** An order with everything that can be reversed, and the ledger's balances by account. */
interface World {
  input: ReversalInput;
  balances: Map<string, bigint>;
}

function post(world: World, transfers: readonly Transfer[]): void {
  for (const { account, amount } of transfers.flatMap(({ postings }) => postings)) {
    world.balances.set(account, (world.balances.get(account) ?? 0n) + amount);
  }
}

function balancesOf({ balances }: World): Record<string, bigint> {
  return Object.fromEntries([...balances].filter(([, balance]) => balance !== 0n));
}

interface Sold {
  readonly capturedMinor: bigint;
  readonly parts: readonly { readonly amountBase: bigint; readonly state: ReversibleRelease['state'] }[];
  readonly commissions: readonly bigint[];
}

/** A paid order: its releases as they stand, its commissions, and the ledger that says so. */
function sold({ capturedMinor, parts, commissions }: Sold): World {
  const releases = parts.map(({ amountBase, state }, index) => release(index, amountBase, state));
  const totalBase = releases.reduce((sum, { amountBase }) => sum + amountBase, 0n);
  const accruals = commissions.map((amountMinor, index): AccruedCommission => ({
    ...{ id: `accrual-${index}`, level: index + 1, agentId: `agent-${index}` },
    ...{ amountMinor, reversedMinor: 0n, isReady: false },
  }));
  const world: World = {
    input: {
      order: { status: 'paid', userId: 'buyer', currency: 'USD' },
      capturedMinor,
      goneMinor: 0n,
      allocation: { totalBase, reversedBase: 0n, releases },
      accruals,
      cause,
      newId,
    },
    balances: new Map(),
  };
  post(world, [
    paymentSettled({ orderId: 'o', currency: 'USD', amountMinor: capturedMinor }),
    tokensOwed({ orderId: 'o', buyerId: 'buyer', amountBase: totalBase }),
    ...accruals.map(({ id, agentId, amountMinor }) =>
      commissionAccrued({ entryId: id, agentId, currency: 'USD', amountMinor }),
    ),
    ...releases
      .filter(({ state }) => state === 'submitted')
      .map(({ id, amountBase }) => payoutSubmitted({ payoutId: id, buyerId: 'buyer', amountBase })),
  ]);
  return world;
}

/** Writes a reversal into the world, as the commit does. */
function apply(world: World, newlyGoneMinor: bigint): Reversal {
  const { input } = world;
  const goneMinor = input.goneMinor + newlyGoneMinor;
  const made = decideReversal({ ...input, goneMinor });
  const taken = new Map(made.releases.map((each) => [each.id, each]));
  const reversed = new Map(made.commissions.map((each) => [each.accrualId, -each.amountMinor]));
  world.input = {
    ...input,
    goneMinor,
    order: { ...input.order, status: made.status ?? input.order.status },
    allocation: input.allocation && {
      ...input.allocation,
      reversedBase: made.reversedBase,
      releases: input.allocation.releases.map((each) => {
        const { reversedBase, state } = taken.get(each.id) ?? each;
        return { ...each, reversedBase, state };
      }),
    },
    accruals: input.accruals.map((each) => ({
      ...each,
      reversedMinor: each.reversedMinor + (reversed.get(each.id) ?? 0n),
    })),
  };
  post(world, made.transfers);
  return made;
}

function refund(world: World, amountMinor: bigint, status: 'succeeded' | 'failed'): void {
  const decided = decideRefund({
    refundId: newId(),
    known: { state: 'pending', amountMinor, currency: 'USD' },
    fact: { status, amountMinor, currency: 'usd' },
    payment: { currency: 'USD', source: 'sales', capturedMinor: world.input.capturedMinor, otherwiseTakenMinor: 0n },
  });
  if (decided.kind !== 'move') throw new Error(`It was ${decided.kind}.`);
  post(world, decided.transfers);
  apply(world, decided.newlyGoneMinor);
}

function loseDispute(world: World, amountMinor: bigint): void {
  const opened = { status: 'needs_response', amountMinor, withdrawnMinor: amountMinor, reinstatedMinor: 0n };
  let known: DisputeRecord | null = null;
  for (const current of [opened, { ...opened, status: 'lost' }]) {
    const change = decideDispute({
      ...{ known, told: null, current, source: 'sales', currency: 'USD', changeId: newId() },
    });
    if (change === null) throw new Error('Nothing changed.');
    known = change.record;
    post(world, change.transfers);
    apply(world, change.newlyGoneMinor);
  }
}

const orders: fc.Arbitrary<Sold> = fc.record({
  capturedMinor: fc.bigInt(1n, 99_999_999n),
  parts: fc.array(
    fc.record({
      amountBase: fc.bigInt(1n, 10n ** 40n),
      state: fc.constantFrom('scheduled', 'due', 'approved', 'failed', 'submitted'),
    }),
    { minLength: 1, maxLength: 6 },
  ),
  commissions: fc.array(fc.bigInt(1n, 1_000_000n), { maxLength: 3 }),
});

/** Cuts an amount into positive parts at the given places. */
function split(amountMinor: bigint, cuts: readonly bigint[]): bigint[] {
  const places = [...new Set([0n, amountMinor, ...cuts.map((cut) => cut % amountMinor)])];
  places.sort((left, right) => (left < right ? -1 : 1));
  return places.slice(1).map((place, index) => place - (places[index] ?? 0n));
}

const cuts = fc.array(fc.bigInt(0n, 10n ** 12n), { maxLength: 8 });

describe('any split of reversals that totals 100 %', () => {
  it('nets tokens, commissions and ledger to zero, but for what was sent', () => {
    fc.assert(
      fc.property(orders, cuts, fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }), (order, places, disputed) => {
        const world = sold(order);
        split(order.capturedMinor, places).forEach((amountMinor, index) => {
          if (disputed[index] === true) loseDispute(world, amountMinor);
          else refund(world, amountMinor, 'succeeded');
        });
        const sentBase = order.parts
          .filter(({ state }) => state === 'submitted')
          .reduce((sum, { amountBase }) => sum + amountBase, 0n);
        expect(world.input.order.status).toBe('refunded');
        expect(balancesOf(world)).toEqual(sentBase === 0n ? {} : { in_flight: sentBase, buyer_debt: -sentBase });
        expect(world.input.accruals.every((each) => each.reversedMinor === each.amountMinor)).toBe(true);
      }),
    );
  });

  it('comes to the same whatever the split', () => {
    fc.assert(
      fc.property(orders, fc.bigInt(0n, 10_000n), cuts, (order, percent, places) => {
        const amountMinor = (order.capturedMinor * percent) / 10_000n;
        if (amountMinor === 0n) return;
        const [whole, parts] = [sold(order), sold(order)];
        refund(whole, amountMinor, 'succeeded');
        for (const part of split(amountMinor, places)) refund(parts, part, 'succeeded');
        expect(balancesOf(parts)).toEqual(balancesOf(whole));
        expect(parts.input.allocation).toEqual(whole.input.allocation);
      }),
    );
  });

  it('owes a refund that fails, outside the sales', () => {
    const world = sold({ capturedMinor: 100n, parts: [{ amountBase: 7n, state: 'due' }], commissions: [12n] });
    refund(world, 40n, 'succeeded');
    refund(world, 60n, 'failed');
    expect(balancesOf(world)).toEqual({ provider_receivable: -60n, unapplied: 60n });
    expect(world.input.order.status).toBe('refunded');
  });
});

describe('decideReversal', () => {
  const paid = () =>
    sold({
      capturedMinor: 100n,
      parts: RELEASE_STATES.filter((state) => state !== 'reversed').map((state) => ({ amountBase: 10n, state })),
      commissions: [12n, 4n],
    });

  it('takes a quarter of everything for a quarter of the money', () => {
    const made = apply(paid(), 25n);
    expect(made).toMatchObject({ status: null, reversedBase: 20n, debtBase: 0n, returnsPromoUse: false });
    expect(made.commissions.map(({ amountMinor }) => amountMinor)).toEqual([-3n, -1n]);
  });

  it('takes from the last unsent release first, and makes debt of what was sent', () => {
    const world = paid();
    expect(apply(world, 50n).releases.map(({ id, state }) => [id, state])).toEqual([
      ['release-7', 'reversed'],
      ['release-6', 'reversed'],
      ['release-2', 'reversed'],
      ['release-1', 'reversed'],
    ]);
    expect(apply(world, 50n)).toMatchObject({ status: 'refunded', debtBase: 30n, returnsPromoUse: true });
  });

  it('changes nothing when it is asked again for the same money', () => {
    const world = paid();
    apply(world, 33n);
    expect(apply(world, 0n)).toMatchObject({ releases: [], debtBase: 0n, commissions: [], transfers: [] });
  });

  it('ends at nothing when a bank takes more than there was', () => {
    const world = paid();
    apply(world, 70n);
    expect(apply(world, 70n)).toMatchObject({ status: 'refunded', reversedBase: 80n });
    expect(world.input.accruals.map(({ reversedMinor }) => reversedMinor)).toEqual([12n, 4n]);
  });

  it('ends an order in review, which has brought nothing yet', () => {
    const review = { ...paid().input, order: { status: 'review', userId: 'buyer', currency: 'USD' } as const };
    const made = decideReversal({ ...review, allocation: null, accruals: [], goneMinor: 100n });
    expect(made).toMatchObject({ status: 'refunded', transfers: [], reversedBase: 0n });
  });

  it('takes an order without money for misuse', () => {
    expect(() => decideReversal({ ...paid().input, capturedMinor: 0n })).toThrow(TypeError);
  });
});
