import { DomainError } from '../domain/error.ts';
import { ConflictError } from '../drizzle/transaction.ts';

type Line = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes one structured line. Callers pass ids and codes, never payloads, addresses or secrets. */
export function logLine(line: Line): void {
  console.log(JSON.stringify(line));
}

/**
 * Writes a line that a person must see; the deployment's alerting looks for the member `alert`. It comes before the
 * commit it tells of, unless whoever repeats the work would alert again: a commit may end without an answer, and
 * whoever comes next may find it done and say nothing. One line too many does no harm.
 */
export function alertLine(alert: string, line: Line): void {
  console.error(JSON.stringify({ alert, ...line }));
}

/** What may be told of an error. */
export interface ErrorFacts {
  readonly code: string;
  /** Where it was thrown, for errors that are our own fault. */
  readonly at?: string;
}

/**
 * Reduces an error to what a log may hold. The message stays out: a database error's message carries the statement's
 * values, a provider's one whatever the provider chose to write.
 */
export function errorFacts(error: unknown): ErrorFacts {
  if (error instanceof DomainError) return { code: error.code };
  if (error instanceof ConflictError) return { code: `conflict.${error.constraint}` };
  if (!(error instanceof Error)) return { code: 'unknown' };
  const sqlState = 'code' in error && typeof error.code === 'string' ? `.${error.code}` : '';
  return { code: `${error.name}${sqlState}`, at: firstFrames(error) };
}

function firstFrames(error: Error): string {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return frames
    .slice(0, 3)
    .map((line) => line.trim())
    .join(' | ');
}
