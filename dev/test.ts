import { parseArgs } from 'node:util';
import { measureCoverage } from './coverage/measure.ts';
import { reportCoverage } from './coverage/report.ts';
import { StackError } from './process.ts';
import { runCommand } from './run_command.ts';
import { runTests } from './run_tests.ts';
import { runStaticChecks, type Tally } from './static_check.ts';

/**
 * `npm test [-- <filter>… --coverage --runs N]`: everything. A filter runs only the test files whose path contains it,
 * without format, lint and types; `--runs` is how many cases each property is tried with.
 */
runCommand(async () => {
  const { filters, coverage, runs } = readArguments();
  if (runs !== undefined) process.env['POSX_RUNS'] = runs;
  const tallies: Tally[] = [];
  if (filters.length === 0) tallies.push(await runStaticChecks());
  tallies.push(await runTests({ filters, ...(coverage ? { coverage: await measureCoverage() } : {}) }));
  // The goal counts as one check: missed, the run has failed.
  if (coverage) tallies.push((await reportCoverage()) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
});

function readArguments(): { filters: string[]; coverage: boolean; runs: string | undefined } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { coverage: { type: 'boolean', default: false }, runs: { type: 'string' } },
  });
  if (values.runs !== undefined && !/^[1-9]\d{0,6}$/.test(values.runs))
    throw new StackError('--runs takes a number from 1 to 9999999.');
  return { filters: positionals, coverage: values.coverage, runs: values.runs };
}
