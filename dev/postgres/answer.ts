import type { DatabaseError } from 'pg';
import { BadRequest } from './request.ts';

/** The fields of a Postgres error that Neon's answer carries, under the names its driver reads. */
const FIELDS = [
  ...['severity', 'code', 'detail', 'hint', 'position', 'internalPosition', 'internalQuery', 'where'],
  ...['schema', 'table', 'column', 'dataType', 'constraint', 'file', 'line', 'routine'],
] as const satisfies readonly (keyof DatabaseError)[];

/** What goes back for a request that failed. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: unknown;
  /** The SQLSTATE, when the database was asked. */
  readonly code: string | undefined;
}

/**
 * What the database refuses is 400 with all its fields. A server that cannot be reached is 503, as Neon's own answer
 * when a compute does not wake: the driver then knows no SQLSTATE and no outcome.
 */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof BadRequest) return { status: error.status, body: { message: error.message }, code: undefined };
  if (isDatabaseError(error)) {
    const body: Record<string, unknown> = { message: error.message };
    for (const field of FIELDS) body[field] = error[field] ?? null;
    return { status: 400, body, code: error.code };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { status: 503, body: { message: `the database cannot be reached: ${message}` }, code: undefined };
}

function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && 'severity' in error && 'code' in error && 'routine' in error;
}
