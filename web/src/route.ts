/** The pages of a site. The server asks here too, to answer 404 for what no page has. */
export type Place = { page: 'home' | 'account' | 'security' | 'missing' } | { page: 'buy' | 'order'; id: string };

/** Which page a path names. An id is whatever stands in its place; the API decides whether it exists. */
export function placeOf(path: string): Place {
  const [first, id, ...rest] = path.split('/').filter((part) => part !== '');
  if (first === undefined) return { page: 'home' };
  if (rest.length > 0) return { page: 'missing' };
  if (first === 'account' && id === undefined) return { page: 'account' };
  if (first === 'account' && id === 'security') return { page: 'security' };
  if (first === 'buy' && id !== undefined) return { page: 'buy', id };
  if (first === 'orders' && id !== undefined) return { page: 'order', id };
  return { page: 'missing' };
}
