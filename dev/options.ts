import { parseArgs, type ParseArgsConfig } from 'node:util';
import { StackError } from './process.ts';

/** The command was not understood: nothing was done, and the exit code is 2. */
export class UsageError extends StackError {
  override name = 'UsageError';
}

/**
 * Reads the command line's options.
 *
 * @throws UsageError, one sentence, for an option or a word that the command does not know.
 */
export function readOptions<const Options extends NonNullable<ParseArgsConfig['options']>>(
  options: Options,
  args: readonly string[] = process.argv.slice(2),
) {
  try {
    return parseArgs<{ options: Options; args: string[] }>({ options, args: [...args] }).values;
  } catch (error) {
    const known = Object.keys(options).map((name) => `--${name}`);
    const [why = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw new UsageError(`${why.replace(/\.$/, '')}: this command takes ${known.join(', ') || 'no options'}.`);
  }
}
