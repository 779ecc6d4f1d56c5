import { join } from 'node:path';
import { ROOT } from '../runtime/root.ts';

/** Where the reports go: `index.html` and `lcov.info`. Absolute, git-ignored. */
export const REPORT_FOLDER = join(ROOT, 'coverage');

/** What the test runner counted in its own processes: `coverage-final.json`. */
export const RUNNER_FOLDER = join(REPORT_FOLDER, 'runner');

/** What was counted in the Workers of each stack, one file for each Worker. */
export const COUNTS_FOLDER = join(REPORT_FOLDER, 'workers');
