import type { MiddlewareHandler } from 'hono';
import { v7 as uuidv7 } from 'uuid';
import type { App } from '../env.ts';

/** Gives every request an id of ours and every answer the header that names it. */
export const requestId = (): MiddlewareHandler<App> =>
  async function nameRequest(c, next) {
    const id = uuidv7();
    c.set('requestId', id);
    await next();
    c.res.headers.set('X-Request-Id', id);
  };
