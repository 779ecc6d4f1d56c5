import type { MiddlewareHandler } from 'hono';
import type { App } from '../env.ts';
import { readBearer } from '../token/bearer.ts';

/** Reads the access token of a request, where it brings one: {@link readBearer} says what is refused. */
export const token = (): MiddlewareHandler<App> =>
  async function readToken(c, next) {
    const who = c.get('visitor');
    const request = {
      authorization: c.req.header('authorization'),
      hasSession: who.session !== undefined,
      method: c.req.method,
      path: new URL(c.req.url).pathname,
      platform: who.platform,
    };
    who.bearer = await readBearer(c.env, request, (work) => c.executionCtx.waitUntil(work));
    await next();
  };
