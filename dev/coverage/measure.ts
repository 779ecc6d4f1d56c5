import { rm } from 'node:fs/promises';
import type { CoverageOptions } from 'vitest/node';
import { REPORT_FOLDER, RUNNER_FOLDER } from './file.ts';
import { COVERED_GLOBS } from './folder.ts';

/** Set to 1 in runs that measure coverage: test/setup.ts then boots a stack that counts. */
export const COVERAGE_VARIABLE = 'POSX_COVERAGE';

/**
 * Prepares this process for a test run that measures coverage.
 *
 * @returns what the test runner has to be told under `coverage`.
 */
export async function measureCoverage(): Promise<CoverageOptions> {
  await rm(REPORT_FOLDER, { recursive: true, force: true });
  process.env[COVERAGE_VARIABLE] = '1';
  return {
    provider: 'v8',
    enabled: true,
    // Also tells of the files that no test loads.
    include: COVERED_GLOBS,
    exclude: ['**/*.test.ts'],
    reporter: ['json'],
    reportsDirectory: RUNNER_FOLDER,
    reportOnFailure: true,
  };
}
