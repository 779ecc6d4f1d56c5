import { createRoute, z } from '@hono/zod-openapi';
import { deleteCookie } from 'hono/cookie';
import { cookieOptions, SESSION_COOKIE } from '../auth/cookie.ts';
import { forgetTokens } from '../auth0/leave.ts';
import { answer, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { id } from '../http/shape.ts';
import { revokeOthers, revokeSession } from './close.ts';
import { listSessions } from './list.ts';
import { sessionList } from './shape.ts';

/** Where somebody is signed in: `/me/sessions`. */
export const session = router();

session.openapi(
  createRoute({
    method: 'get',
    path: '/',
    summary: 'The browsers one is signed in with',
    responses: { 200: answer(sessionList, 'The living sessions, the last used first'), ...refusals },
  }),
  async (c) => c.json(await listSessions(c.env, c.get('visitor')), 200),
);

session.openapi(
  createRoute({
    method: 'delete',
    path: '/',
    summary: 'Sign out everywhere else',
    responses: { 204: { description: 'Every other session has ended' }, ...refusals },
  }),
  async (c) => {
    forgetTokens(c.env, await revokeOthers(c.env, c.get('visitor')), (work) => c.executionCtx.waitUntil(work));
    return c.body(null, 204);
  },
);

session.openapi(
  createRoute({
    method: 'delete',
    path: '/{id}',
    summary: 'Sign out one browser',
    request: { params: z.object({ id }) },
    responses: { 204: { description: 'The session has ended' }, ...refusals },
  }),
  async (c) => {
    const { ended, current } = await revokeSession(c.env, c.get('visitor'), c.req.valid('param').id);
    forgetTokens(c.env, ended, (work) => c.executionCtx.waitUntil(work));
    if (current) deleteCookie(c, SESSION_COOKIE, cookieOptions);
    return c.body(null, 204);
  },
);
