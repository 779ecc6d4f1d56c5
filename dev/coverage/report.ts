import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCoverageMap, type CoverageMap, type CoverageMapData } from '@vitest/istanbul-lib-coverage';
import { createContext, create } from '@vitest/istanbul-lib-report';
import { StackError } from '../process.ts';
import { convertScript } from './convert.ts';
import { COUNTS_FOLDER, REPORT_FOLDER, RUNNER_FOLDER } from './file.ts';
import { addHits } from './join.ts';
import type { CountedScript } from './range.ts';
import { coverageTable, foldersBelowGoal } from './table.ts';

/**
 * Joins what the test runner and the Workers counted in the run before, prints line coverage by folder, and writes
 * `coverage/index.html` and `coverage/lcov.info`.
 *
 * @returns whether each of the three folders reaches the goal.
 * @throws StackError when the run before did not measure.
 */
export async function reportCoverage(): Promise<boolean> {
  const coverage = await readRunner();
  for (const counted of await readCounted()) addHits(coverage, await convertScript(counted));
  console.log(coverageTable(coverage));
  const context = createContext({ dir: REPORT_FOLDER, coverageMap: coverage });
  for (const kind of ['html', 'lcovonly'] as const) create(kind).execute(context);
  return foldersBelowGoal(coverage).length === 0;
}

async function readRunner(): Promise<CoverageMap> {
  const text = await readFile(join(RUNNER_FOLDER, 'coverage-final.json'), 'utf8').catch((error: unknown) => {
    throw new StackError('The tests left no coverage to report.', { cause: error });
  });
  return createCoverageMap(JSON.parse(text) as CoverageMapData);
}

/** Nothing when no test of the run needed a stack. */
async function readCounted(): Promise<CountedScript[]> {
  const names = await readdir(COUNTS_FOLDER).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(COUNTS_FOLDER, name), 'utf8')) as CountedScript),
  );
}
