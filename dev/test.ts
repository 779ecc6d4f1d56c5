import { parseArgs } from 'node:util';
import { measureCoverage } from './coverage/measure.ts';
import { reportCoverage } from './coverage/report.ts';
import { StackError } from './process.ts';
import { runCommand } from './run_command.ts';
import { runTests, runTestsBeside } from './run_tests.ts';
import { runStaticChecks, type Tally } from './static_check.ts';

/** Two halves that take about as long, each with a stack of its own: one after the other they would leave a core idle. */
const HALVES = { beside: ['unit', 'dev', 'attack', 'model', 'browser'], here: ['flow'] };

/**
 * `npm test [-- <filter>… --coverage --runs N --project P]`: everything. A filter runs only the test files whose path
 * contains it, and a project only its own, without format, lint and types; `--runs` is how many cases each property is
 * tried with.
 */
runCommand(async () => {
  const { filters, projects, coverage, runs } = readArguments();
  if (runs !== undefined) process.env['POSX_RUNS'] = runs;
  const isPart = filters.length > 0 || projects.length > 0;
  const tallies: Tally[] = [];
  if (!isPart) tallies.push(await runStaticChecks());
  if (isPart || coverage) {
    tallies.push(await runTests({ filters, projects, ...(coverage ? { coverage: await measureCoverage() } : {}) }));
  } else {
    tallies.push(...(await Promise.all([runTestsBeside(HALVES.beside), runTests({ projects: HALVES.here })])));
  }
  // The goal counts as one check: missed, the run has failed.
  if (coverage) tallies.push((await reportCoverage()) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 });
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = tallies.reduce((sum, tally) => sum + tally.failed, 0);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0;
});

interface Arguments {
  readonly filters: string[];
  /** Names of vitest.config.ts; none for all. */
  readonly projects: string[];
  readonly coverage: boolean;
  readonly runs: string | undefined;
}

function readArguments(): Arguments {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      coverage: { type: 'boolean', default: false },
      runs: { type: 'string' },
      project: { type: 'string', multiple: true, default: [] },
    },
  });
  if (values.runs !== undefined && !/^[1-9]\d{0,6}$/.test(values.runs))
    throw new StackError('--runs takes a number from 1 to 9999999.');
  return { filters: positionals, projects: values.project, coverage: values.coverage, runs: values.runs };
}
