import { describe, expect, it } from 'vitest';
import { decideApproval } from './approve.ts';
import type { ApprovalCase } from './approve.ts';

const now = new Date('2026-11-22T10:00:00Z');
const ready: ApprovalCase = {
  release: { id: 'r', state: 'due', amountBase: 100n, reversedBase: 0n, nettedBase: 0n },
  order: { status: 'paid', frozen: false, payableFrom: now },
  site: { vaultAccount: '1', custodyAsset: 'NAT' },
  walletChangedAt: null,
  now,
};

function release(change: Partial<ApprovalCase['release']>): ApprovalCase {
  return { ...ready, release: { ...ready.release, ...change } };
}

function order(change: Partial<ApprovalCase['order']>): ApprovalCase {
  return { ...ready, order: { ...ready.order, ...change } };
}

describe('decideApproval', () => {
  it('approves what is due, and retries what failed or was blocked', () => {
    for (const state of ['due', 'failed', 'blocked'] as const) {
      expect(decideApproval(release({ state }))).toEqual({ approved: true });
    }
  });

  it('retries what came back after its order was refunded, since the refund made a debt of it', () => {
    for (const state of ['failed', 'blocked'] as const) {
      expect(decideApproval({ ...release({ state }), order: { ...ready.order, status: 'refunded' } })).toEqual({
        approved: true,
      });
    }
  });

  it('answers yes again for what is approved or further, even while the order is frozen', () => {
    for (const state of ['approved', 'submitting', 'submitted', 'confirmed'] as const) {
      expect(decideApproval({ ...release({ state }), order: { ...ready.order, frozen: true } })).toEqual({
        approved: true,
      });
    }
  });

  it.each([
    ['not due yet', release({ state: 'scheduled' }), 'release.state'],
    ['reversed', release({ state: 'reversed' }), 'release.state'],
    ['nothing left', release({ reversedBase: 60n, nettedBase: 40n }), 'release.state'],
    ['refunded', order({ status: 'refunded' }), 'release.frozen'],
    ['under review', order({ status: 'review' }), 'release.frozen'],
    ['disputed', order({ frozen: true }), 'release.frozen'],
    [
      'the retry of a frozen order',
      { ...order({ frozen: true }), release: { ...ready.release, state: 'failed' } },
      'release.frozen',
    ],
    ['risk window', order({ payableFrom: new Date(now.getTime() + 1) }), 'release.risk_window'],
    ['no vault', { ...ready, site: { ...ready.site, vaultAccount: null } }, 'custody.missing'],
    ['no asset', { ...ready, site: { ...ready.site, custodyAsset: null } }, 'custody.missing'],
    ['new wallet', { ...ready, walletChangedAt: new Date(now.getTime() - 86_399_999) }, 'release.wallet_wait'],
  ] as const)('refuses: %s', (_case, input, code) => {
    expect(decideApproval(input)).toMatchObject({ approved: false, code });
  });

  it('lets the 24 hours after a wallet change end', () => {
    expect(decideApproval({ ...ready, walletChangedAt: new Date('2026-11-21T10:00:00Z') }).approved).toBe(true);
  });

  it('says from when a release is payable', () => {
    const refused = decideApproval(order({ payableFrom: new Date('2026-11-29T10:00:00Z') }));
    expect(refused).toMatchObject({ detail: expect.stringContaining('2026-11-29T10:00:00.000Z') as string });
  });
});
