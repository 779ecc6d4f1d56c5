import { expect, test } from 'vitest';
import { decideStanding, type Standing } from './standing.ts';

const active: Standing = { status: 'active', statusReason: null, kyc: 'none' };
const suspended: Standing = { status: 'suspended', statusReason: 'fraud', kyc: 'approved' };

test('rights are taken away with a reason only, and given back without one', () => {
  for (const status of ['restricted', 'suspended'] as const) {
    expect(() => decideStanding(active, { status })).toThrow('request.malformed');
    expect(decideStanding(active, { status, reason: 'why' })).toEqual({ status, statusReason: 'why', kyc: 'none' });
  }
  expect(decideStanding(suspended, { status: 'active' })).toEqual({
    ...suspended,
    status: 'active',
    statusReason: null,
  });
  expect(decideStanding(suspended, { status: 'active', reason: 'cleared' })).toMatchObject({ statusReason: null });
});

test('what is left out stays, and what is so already changes nothing', () => {
  expect(decideStanding(suspended, { kyc: 'none', reason: 'expired' })).toEqual({ ...suspended, kyc: 'none' });
  expect(decideStanding(active, { kyc: 'approved' })).toEqual({ ...active, kyc: 'approved' });
  expect(decideStanding(active, { status: 'active', kyc: 'none', reason: 'again' })).toBeNull();
  expect(decideStanding(suspended, { status: 'suspended', reason: 'fraud' })).toBeNull();
  expect(decideStanding(suspended, { status: 'suspended', reason: 'more' })).toMatchObject({ statusReason: 'more' });
});
