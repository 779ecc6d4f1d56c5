import { StackError } from '../process.ts';

/**
 * Turns what initdb or postgres printed before it gave up into one sentence that says what to do.
 *
 * @param output the program's output, any length.
 */
export function startupSentence(output: string, dataDir: string): StackError {
  const library = /error while loading shared libraries: ([^:\s]+)/.exec(output)?.[1];
  if (library !== undefined) {
    return new StackError(
      `PostgreSQL cannot start because the system library ${library} is missing: install it, or set DATABASE_URL to use another server.`,
    );
  }
  if (/could not be started: spawn .* ENOENT/.test(output)) {
    return new StackError(
      'PostgreSQL cannot start because this system lacks the C library (glibc) it was built for: set DATABASE_URL to use another server.',
    );
  }
  if (/Address already in use|could not create any TCP\/IP sockets/.test(output)) {
    return new StackError("PostgreSQL's port is taken by another program: stop it, or choose another port.");
  }
  if (output.includes('No space left on device')) {
    return new StackError(`PostgreSQL cannot start because the disk of ${dataDir} is full.`);
  }
  const cause = /(?:PANIC|FATAL|error): +(.*)/.exec(output)?.[1] ?? output.trim().split('\n').at(-1) ?? 'no message';
  return new StackError(
    `PostgreSQL cannot use the data folder ${dataDir} (${cause}): npm start -- --reset begins with a new one.`,
  );
}
