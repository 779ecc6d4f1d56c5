import { describe, expect, it } from 'vitest';
import { parseSettings } from './settings.ts';

describe('parseSettings', () => {
  it('fills in the defaults of the rules', () => {
    const defaults = {
      holdMinutes: 15,
      riskWindowDays: 7,
      kycRequired: false,
      referralDepth: 10,
      unpaidPerAddressMax: 5,
      approvalBatchMax: 100,
      limits: 'normal',
      countries: {},
    };
    for (const empty of [{}, null, undefined]) expect(parseSettings(empty)).toEqual(defaults);
  });

  it('keeps what is set, a zero-day risk window too, and passes over what it does not know', () => {
    expect(parseSettings({ riskWindowDays: 0, kycRequired: true, later: 1 })).toMatchObject({
      riskWindowDays: 0,
      kycRequired: true,
    });
  });

  it.each([
    { holdMinutes: 0 },
    { holdMinutes: '15' },
    { riskWindowDays: -1 },
    { riskWindowDays: 1.5 },
    { referralDepth: 11 },
    { approvalBatchMax: 101 },
    { kycRequired: null },
    { limits: 'off' },
    { limits: 1_000 },
    { countries: { allow: ['us'] } },
    { countries: { deny: ['XX'] } },
    { countries: { deny: ['T1'] } },
    { countries: ['US'] },
  ])('refuses to guess at %j', (json) => {
    expect(() => parseSettings(json)).toThrow(Object.keys(json)[0]);
    expect(() => parseSettings(json)).toThrow(TypeError);
  });

  it('refuses what is no object', () => {
    for (const json of ['15', 15, []]) expect(() => parseSettings(json)).toThrow(TypeError);
  });
});
