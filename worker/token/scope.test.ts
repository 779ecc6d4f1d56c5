import { expect, test } from 'vitest';
import { scopeOf } from './scope.ts';

test('programs read lists and rows that are named, and nothing else', () => {
  expect(scopeOf('GET', '/api/v1/admin/na/orders')).toBe('read:orders');
  expect(scopeOf('HEAD', '/api/v1/admin/na/orders/1')).toBe('read:orders');
  expect(scopeOf('GET', '/api/v1/admin/na/releases')).toBe('read:allocations');
  const closed = [
    ['POST', '/api/v1/admin/na/orders'],
    ['POST', '/api/v1/admin/na/releases/approve'],
    ['GET', '/api/v1/admin/na/users'],
    ['GET', '/api/v1/admin/na/orders/1/more'],
    ['GET', '/api/v1/admin/na/constructor'],
    ['GET', '/api/v1/admin/orders'],
    ['GET', '/api/v1/orders'],
    ['GET', '/api/v1/platform/users'],
    ['GET', '/x/api/v1/admin/na/orders'],
  ] as const;
  for (const [method, path] of closed) expect([method, path, scopeOf(method, path)]).toEqual([method, path, null]);
});
