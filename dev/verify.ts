import { runCommand } from './run_command.ts';
import { runTests } from './run_tests.ts';
import { runStaticChecks } from './static_check.ts';

/** `npm run verify`: all that can be known without a database: format, lint, types, tidiness, unit tests. */
runCommand(async () => {
  const checked = await runStaticChecks();
  const tested = await runTests({ projects: ['unit'] });
  const failed = checked.failed + tested.failed;
  console.log(`${checked.passed + tested.passed} passed, ${failed} failed`);
  return failed === 0;
});
