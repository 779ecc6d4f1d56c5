/** The provider's code for an external transaction id that was used before. */
const DUPLICATE_CODE = 1438;

/**
 * Refusals that say nothing about the request: our key or its rights are wrong, the provider gave up waiting, or we are
 * too fast. None of them may fail a payout.
 */
const UNDECIDED_STATUSES: ReadonlySet<number> = new Set([401, 403, 408, 425, 429]);

/**
 * What an error of the custody SDK means. Only an answer of the provider can be a no: without one, or with an answer of
 * its servers' own trouble, the transfer may have been taken.
 */
export function classifyCustodyError(error: unknown): 'duplicate' | 'not_found' | 'refused' | 'unknown' {
  const { status, code } = responseOf(error);
  if (status === undefined || status < 400 || status >= 500 || UNDECIDED_STATUSES.has(status)) return 'unknown';
  if (code === DUPLICATE_CODE) return 'duplicate';
  return status === 404 ? 'not_found' : 'refused';
}

function responseOf(error: unknown): { status?: number; code?: number } {
  const response = member(error, 'response');
  const status = member(response, 'status');
  const code = Number(member(member(response, 'data'), 'code'));
  return { ...(typeof status === 'number' ? { status } : {}), ...(Number.isInteger(code) ? { code } : {}) };
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
