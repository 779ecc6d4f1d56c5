import type { StackDescription } from '../../dev/description.ts';
import { lendStack } from '../harness/stack.ts';
import type { AreaName } from './area_name.ts';
import type { Area } from './attack.ts';
import { identity } from './identity.ts';
import { openRunner, type FamilyResult } from './run.ts';
import { tallyOf } from './tally.ts';

type Print = (line: string) => void;

export interface Tally {
  passed: number;
  failed: number;
}

/** The world of an area is nobody else's business: here an area is only what can be run. */
const AREAS: Record<AreaName, (print: Print) => Promise<Tally>> = {
  identity: (print) => attackArea('identity', identity, print),
};

/** Tries whole areas on a running stack: one line a family, then each failure in full, then how much the table says. */
export async function attack(stack: StackDescription, areas: readonly AreaName[], print: Print): Promise<Tally> {
  lendStack(stack);
  const sum = { passed: 0, failed: 0 };
  for (const area of areas) {
    const { passed, failed } = await AREAS[area](print);
    sum.passed += passed;
    sum.failed += failed;
  }
  return sum;
}

async function attackArea<World>(name: string, area: Area<World>, print: Print): Promise<Tally> {
  const results: FamilyResult[] = [];
  const runner = await openRunner(area);
  try {
    for (const family of area.families) {
      const result = await runner.run(family);
      results.push(result);
      const [passed, cases] = [result.cases - result.failures.length, result.cases];
      print(`${name}  ${result.family.padEnd(20)}  ${String(passed).padStart(4)} of ${String(cases).padStart(4)}`);
    }
  } finally {
    await runner.close();
  }
  const failures = results.flatMap(({ family, failures: some }) => some.map((each) => ({ family, ...each })));
  for (const { family, place, name: tried, expected, seen } of failures)
    print(`\n${family} · ${place} · ${tried}\n  expected ${expected}\n  seen     ${seen}`);
  const { attacks, distinct, refusals, repeated } = tallyOf(area);
  print(`\n${name}: ${attacks} attacks, ${distinct} distinct (attack, place), ${refusals} distinct (refusal, place)`);
  if (repeated.length > 0) print(`  more than once: ${repeated.join(' · ')}`);
  // That the table is as long as it promises counts as one case.
  const isShort = repeated.length > 0 || distinct < area.leastAttacks;
  const cases = results.reduce((sum, result) => sum + result.cases, 0) + 1;
  const failed = failures.length + (isShort ? 1 : 0);
  return { passed: cases - failed, failed };
}
