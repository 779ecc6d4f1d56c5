import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SITE_CODE } from '../site/code.ts';
import { externalTxId, matchesPayout, parseExternalTxId, payoutOutcome } from './transaction.ts';

const RELEASE = '0192f0c4-6d5e-7c3a-9a51-0f2d3b4c5d6e';

describe('external transaction ids', () => {
  it('survive writing and reading', () => {
    const siteCode = fc.stringMatching(SITE_CODE);
    fc.assert(
      fc.property(siteCode, fc.uuid(), fc.integer({ min: 1, max: 9_999 }), (code, releaseId, attempt) => {
        const reference = { siteCode: code, releaseId, attempt };
        expect(parseExternalTxId(externalTxId(reference))).toEqual(reference);
      }),
    );
  });

  it('are null when they are not ours', () => {
    for (const text of [
      '',
      'na',
      `na.${RELEASE}`,
      `na.${RELEASE}.0`,
      `na.${RELEASE}.01`,
      `na.${RELEASE}.1.1`,
      `NA.${RELEASE}.1`,
      `n-a.${RELEASE}.1`,
      `na.${RELEASE}.1\n`,
      `.${RELEASE}.1`,
      'na.release.1',
    ]) {
      expect(parseExternalTxId(text)).toBeNull();
    }
  });

  it('are never made from parts that could not be read back', () => {
    expect(() => externalTxId({ siteCode: 'a.b', releaseId: RELEASE, attempt: 1 })).toThrow(TypeError);
    expect(() => externalTxId({ siteCode: 'na', releaseId: RELEASE, attempt: 0 })).toThrow(TypeError);
  });
});

describe('payoutOutcome', () => {
  it('reads the final statuses', () => {
    const read = ['COMPLETED', 'FAILED', 'REJECTED', 'CANCELLED', 'BLOCKED'].map(payoutOutcome);
    expect(read).toEqual(['confirmed', 'failed', 'failed', 'failed', 'blocked']);
  });

  it('takes anything else, known or not, for in flight', () => {
    for (const status of ['SUBMITTED', 'CONFIRMING', 'CANCELLING', 'TIMEOUT', 'completed', 'toString', '']) {
      expect(payoutOutcome(status)).toBe('in_flight');
    }
  });
});

describe('matchesPayout', () => {
  const payout = {
    externalTxId: `na.${RELEASE}.1`,
    vaultId: '1',
    assetId: 'NAT',
    amountBase: 1_500_000n,
    decimals: 6,
    address: '0x00000000000000000000000000000000000000ab',
  };
  const transfer = { ...payout, amount: '1.5', address: '0x00000000000000000000000000000000000000AB' };

  it('accepts our own transfer, whatever the letter case of the address', () => {
    expect(matchesPayout(transfer, payout)).toBe(true);
    expect(matchesPayout({ ...transfer, amount: '1.500' }, payout)).toBe(true);
  });

  it.each([
    { externalTxId: `na.${RELEASE}.2` },
    { vaultId: '2' },
    { assetId: 'ASIA' },
    { amount: '1.4' },
    { amount: '1.5000001' },
    { amount: 'a lot' },
    { address: '0x00000000000000000000000000000000000000ac' },
  ])('refuses a transfer that differs: %j', (difference) => {
    expect(matchesPayout({ ...transfer, ...difference }, payout)).toBe(false);
  });
});
