import { describe, expect, it } from 'vitest';
import { availableUnits, tierState } from './state.ts';
import type { TierTerms } from './state.ts';

const opensAt = new Date('2026-11-01T00:00:00Z');
const closesAt = new Date('2026-12-01T00:00:00Z');
const tier: TierTerms = {
  id: 't',
  version: 1,
  unitPriceMinor: 12_500n,
  tokensPerUnitBase: 10n,
  totalUnits: 10,
  heldUnits: 3,
  soldUnits: 4,
  maxUnitsPerBuyer: 5,
  opensAt,
  closesAt,
  active: true,
};

describe('tierState', () => {
  it('opens at the instant it names and is closed at the instant it ends', () => {
    const at = (time: number) => tierState(tier, new Date(time));
    expect(at(opensAt.getTime() - 1)).toBe('upcoming');
    expect(at(opensAt.getTime())).toBe('open');
    expect(at(closesAt.getTime() - 1)).toBe('open');
    expect(at(closesAt.getTime())).toBe('closed');
  });

  it('is open without end when no window is set', () => {
    expect(tierState({ ...tier, opensAt: null, closesAt: null }, new Date(0))).toBe('open');
  });

  it('is closed when switched off, whatever the window says', () => {
    expect(tierState({ ...tier, active: false }, new Date(opensAt.getTime() - 1))).toBe('closed');
  });

  it('is sold out while all units are held or sold, but only within its window', () => {
    const full = { ...tier, heldUnits: 6 };
    expect(tierState(full, opensAt)).toBe('sold_out');
    expect(tierState(full, closesAt)).toBe('closed');
  });
});

describe('availableUnits', () => {
  it('is what nobody holds or owns, and never negative', () => {
    expect(availableUnits(tier)).toBe(3);
    expect(availableUnits({ totalUnits: 5, heldUnits: 3, soldUnits: 4 })).toBe(0);
  });
});
