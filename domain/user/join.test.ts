import { describe, expect, it } from 'vitest';
import { decideJoin, type HoldingAccount } from './join.ts';

const me = { id: 'me', status: 'active' } as const;
const empty: HoldingAccount = {
  ...{ id: 'other', status: 'active', isAgent: false },
  ...{ orders: 0, allocations: 0, referred: 0, commissions: 0, otherWays: 0 },
};

describe('decideJoin', () => {
  it('adds what nobody has, keeps what is there, and moves what an empty account has', () => {
    expect(decideJoin(me, null, 'wallet.taken')).toEqual({ outcome: 'add' });
    expect(decideJoin(me, { ...empty, id: 'me', orders: 3 }, 'wallet.taken')).toEqual({ outcome: 'keep' });
    expect(decideJoin(me, empty, 'wallet.taken')).toEqual({ outcome: 'move', from: 'other' });
    expect(decideJoin({ ...me, status: 'restricted' }, empty, 'wallet.taken')).toMatchObject({ outcome: 'move' });
  });

  it.each<Partial<HoldingAccount>>([
    { orders: 1 },
    { allocations: 1 },
    { referred: 1 },
    { commissions: 1 },
    { otherWays: 1 },
    { isAgent: true },
    { status: 'restricted' },
    { status: 'suspended' },
  ])('never closes an account with %o', (held) => {
    for (const taken of ['wallet.taken', 'auth.identity_taken'] as const) {
      expect(() => decideJoin(me, { ...empty, ...held }, taken)).toThrow(taken);
    }
  });

  it('changes nothing for an account that may only read', () => {
    for (const holder of [null, empty, { ...empty, id: 'me' }]) {
      expect(() => decideJoin({ ...me, status: 'suspended' }, holder, 'wallet.taken')).toThrow('user.suspended');
    }
  });
});
