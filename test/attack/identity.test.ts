import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identity } from './identity.ts';
import { openRunner, type Runner } from './run.ts';
import { tallyOf } from './tally.ts';
import type { World } from './identity/world.ts';

let runner: Runner<World>;
beforeAll(async () => {
  runner = await openRunner(identity);
}, 120_000);
afterAll(() => runner.close());

describe('whoever comes to the door without the right to', () => {
  it.each(identity.families)(
    'is refused with the code of the table, and nothing is written: $name',
    async (family) => {
      expect((await runner.run(family)).failures).toEqual([]);
    },
    180_000,
  );
});

it('is tried in many different ways', () => {
  const { distinct, repeated } = tallyOf(identity);
  expect(repeated).toEqual([]);
  expect(distinct).toBeGreaterThanOrEqual(identity.leastAttacks);
});
