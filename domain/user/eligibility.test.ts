import { describe, expect, it } from 'vitest';
import { purchaseRefusal, type Purchase } from './eligibility.ts';

const buyer: Purchase = {
  settings: { kycRequired: false, countries: {} },
  country: null,
  terms: { accepted: '2', current: '2' },
  person: { status: 'active', kyc: 'none' },
};
const inCountry = (country: string | null, countries: Purchase['settings']['countries']) =>
  purchaseRefusal({ ...buyer, country, settings: { kycRequired: false, countries } });

describe('purchaseRefusal', () => {
  it('lets an active buyer buy from anywhere where a site has no list', () => {
    for (const country of ['US', 'XX', 'T1', null]) expect(inCountry(country, {})).toBeNull();
  });

  it.each(['XX', 'T1', null])('denies %s wherever there is a list, an empty one too', (country) => {
    for (const countries of [{ allow: ['US'] }, { deny: ['KP'] }, { allow: [] }, { deny: [] }]) {
      expect(inCountry(country, countries)).toBe('user.country_denied');
    }
  });

  it('lets in whom the one list names and the other does not', () => {
    const both = { allow: ['US', 'DE'], deny: ['DE'] };
    expect(['US', 'DE', 'FR'].map((country) => inCountry(country, both))).toEqual([
      null,
      'user.country_denied',
      'user.country_denied',
    ]);
    expect(inCountry('FR', { deny: ['DE'] })).toBeNull();
    expect(inCountry('US', { allow: [] })).toBe('user.country_denied');
  });

  it('names the first of several reasons, always in one order', () => {
    let asked: Purchase = {
      settings: { kycRequired: true, countries: { deny: ['DE'] } },
      country: 'DE',
      terms: { accepted: '1', current: '2' },
      person: { status: 'suspended', kyc: 'none' },
    };
    expect(purchaseRefusal(asked)).toBe('user.country_denied');
    asked = { ...asked, country: 'FR' };
    expect(purchaseRefusal(asked)).toBe('terms.outdated');
    asked = { ...asked, terms: undefined };
    expect(purchaseRefusal(asked)).toBe('user.suspended');
    asked = { ...asked, person: { status: 'restricted', kyc: 'none' } };
    expect(purchaseRefusal(asked)).toBe('user.restricted');
    asked = { ...asked, person: { status: 'active', kyc: 'none' } };
    expect(purchaseRefusal(asked)).toBe('user.kyc_required');
    expect(purchaseRefusal({ ...asked, person: { status: 'active', kyc: 'approved' } })).toBeNull();
    expect(purchaseRefusal({ ...asked, person: undefined })).toBeNull();
  });
});
