import { startVitest, type CoverageOptions } from 'vitest/node';
import { join } from 'node:path';
import { startChild } from './process.ts';
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

/**
 * Runs the tests of some projects in a process of their own, beside whatever this one does. What they print is printed once
 * they have ended, so that nobody's lines are torn apart.
 */
export async function runTestsBeside(projects: readonly string[]): Promise<Tally> {
  let said = '';
  const args = [join(ROOT, 'dev/test.ts'), ...projects.flatMap((project) => ['--project', project])];
  const child = await startChild(process.execPath, args, { cwd: ROOT, onOutput: (text) => (said += text) });
  const code = await child.exited;
  console.log(said.trimEnd());
  const [, passed, failed] = /(\d+) passed, (\d+) failed\s*$/.exec(said) ?? [];
  // A process that ended without its count has failed, whatever it did before.
  if (passed === undefined) return { passed: 0, failed: 1 };
  return { passed: Number(passed), failed: code === 0 ? Number(failed) : Math.max(1, Number(failed)) };
}
