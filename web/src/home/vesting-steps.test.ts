import { describe, expect, it } from 'vitest';
import { vestingSteps } from './vesting-steps.ts';

describe('vestingSteps', () => {
  it('starts with the first release, waits for the cliff and ends with everything', () => {
    const steps = vestingSteps({ tge_basis_points: 2500, cliff_count: 3, period_count: 3, period_unit: 'month' });
    expect(steps).toEqual([
      { period: 0, share: 0.25 },
      { period: 4, share: 0.5 },
      { period: 5, share: 0.75 },
      { period: 6, share: 1 },
    ]);
  });

  it('is one step when everything comes at once', () => {
    expect(vestingSteps({ tge_basis_points: 10000, cliff_count: 0, period_count: 0, period_unit: 'day' })).toEqual([
      { period: 0, share: 1 },
    ]);
  });
});
