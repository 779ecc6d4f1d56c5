/**
 * What programs may read, and the scope it takes: a list or a row of it below `/api/v1/admin/{site}/`. Everything else
 * is closed to them, whatever their tokens carry. The site's own row in `machine_clients` must hold the scope too.
 */
const SCOPE_BY_NOUN: Readonly<Record<string, string>> = {
  orders: 'read:orders',
  releases: 'read:allocations',
};

/**
 * The scope that a program needs for a request.
 *
 * @param path of the URL, e.g. `/api/v1/admin/na/orders`
 * @returns null where no program may go
 */
export function scopeOf(method: string, path: string): string | null {
  if (method !== 'GET' && method !== 'HEAD') return null;
  const noun = /^\/api\/v1\/admin\/[^/]+\/([a-z]+)(?:\/[^/]+)?$/.exec(path)?.[1] ?? '';
  return Object.hasOwn(SCOPE_BY_NOUN, noun) ? (SCOPE_BY_NOUN[noun] ?? null) : null;
}
