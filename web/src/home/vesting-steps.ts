import type { Site } from '../../../worker/site/shape.ts';

/**
 * How the share of released tokens rises, for drawing: at the purchase, then with each period after the cliff. `period`
 * counts periods since the purchase, `share` goes from 0 to 1 and ends at 1.
 */
export function vestingSteps(policy: NonNullable<Site['vesting']>): { period: number; share: number }[] {
  const atOnce = policy.tge_basis_points / 10_000;
  const steps = [{ period: 0, share: policy.period_count === 0 ? 1 : atOnce }];
  for (let part = 1; part <= policy.period_count; part++) {
    steps.push({ period: policy.cliff_count + part, share: atOnce + ((1 - atOnce) * part) / policy.period_count });
  }
  return steps;
}
