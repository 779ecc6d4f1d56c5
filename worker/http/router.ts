import { OpenAPIHono } from '@hono/zod-openapi';
import { DomainError } from '../../domain/error.ts';
import type { App } from '../env.ts';

/** A router whose validation failures are refusals like any other: one code, and where the body was wrong. */
export function router(): OpenAPIHono<App> {
  return new OpenAPIHono<App>({
    defaultHook: (result) => {
      if (result.success) return;
      const errors = result.error.issues
        .slice(0, 20)
        .map((issue) => ({ path: issue.path.join('.'), message: issue.message }));
      throw new DomainError('request.malformed', { extra: { errors } });
    },
  });
}
