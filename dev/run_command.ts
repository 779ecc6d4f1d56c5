import { UsageError } from './options.ts';
import { stopAll, StackError } from './process.ts';

/**
 * Runs a command to its end: exit code 0 only when it resolves to anything but false, one sentence for what the person
 * at the terminal can mend, a trace for what they cannot, 2 for a mistyped command. Whatever it started is stopped first.
 */
export function runCommand(main: () => Promise<unknown>): void {
  main().then(
    async (well) => {
      await stopAll();
      process.exit(well === false ? 1 : 0);
    },
    async (error: unknown) => {
      console.error(error instanceof StackError ? error.message : error);
      await stopAll();
      process.exit(error instanceof UsageError ? 2 : 1);
    },
  );
}
