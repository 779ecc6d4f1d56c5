import { startVitest, type CoverageOptions } from 'vitest/node';
import { ROOT } from './runtime/root.ts';
import type { Tally } from './static_check.ts';

export interface TestRunOptions {
  /** Names of projects in vitest.config.ts; all by default. */
  readonly projects?: readonly string[];
  /** Only files whose path contains one of these. */
  readonly filters?: readonly string[];
  /** What of the sources is counted; nothing by default. */
  readonly coverage?: CoverageOptions;
}

/**
 * Runs the tests and counts them. An error outside any test, a file that cannot be loaded and a filter that fits no file
 * each count as one failure; a skipped test too, because a guarantee nobody checks is none.
 */
export async function runTests({ projects = [], filters = [], coverage }: TestRunOptions = {}): Promise<Tally> {
  const vitest = await startVitest([...filters], {
    root: ROOT,
    run: true,
    watch: false,
    project: [...projects],
    ...(coverage === undefined ? {} : { coverage }),
  });
  const tally: Tally = { passed: 0, failed: vitest.state.getUnhandledErrors().length };
  const modules = vitest.state.getTestModules();
  if (modules.length === 0) tally.failed += 1;
  for (const module of modules) {
    tally.failed += module.errors().length;
    for (const test of module.children.allTests()) tally[test.result().state === 'passed' ? 'passed' : 'failed'] += 1;
  }
  await vitest.close();
  return tally;
}
