import type { Context, Hono } from 'hono';
import { DomainError } from '../../domain/error.ts';
import { onError } from '../errors.ts';
import type { App } from '../env.ts';

/** An application whose routes are asked about. */
export type Routes = Pick<Hono<App>, 'router'>;

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The methods a path answers to, HEAD beside GET; none for a path that is not there. What only runs before a route is none. */
export function methodsOf(routes: Routes, path: string): string[] {
  return METHODS.filter((method) =>
    // Middleware stands in the router under ALL, a route under its own method.
    routes.router.match(method, path)[0].some(([[, route]]) => route.method === method),
  ).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

/** Refuses what no route took: a method that its path does not know, or a path that is not there. */
export function refuseRoute(routes: Routes, c: Context<App>): Response {
  const methods = methodsOf(routes, c.req.path);
  if (methods.length === 0) return onError(new DomainError('request.not_found'), c);
  c.header('Allow', methods.join(', '));
  return onError(new DomainError('request.method'), c);
}
