import { createRoute, z } from '@hono/zod-openapi';
import { answer, body, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { blockPerson } from './block.ts';
import { findPeople } from './find.ts';
import { blockBody, blockResult, people, subject } from './shape.ts';

/** What administrators do across sites, on the platform host alone: `/platform`. */
export const platform = router();

platform.use(async (c, next) => {
  await next();
  c.res.headers.set('Cache-Control', 'no-store');
});

platform.openapi(
  createRoute({
    method: 'get',
    path: '/users',
    summary: 'People by e-mail address, over all sites',
    request: { query: z.strictObject({ email: z.email().max(254) }) },
    responses: { 200: answer(people, 'Their accounts'), ...refusals },
  }),
  async (c) => c.json(await findPeople(c.env, c.get('visitor'), c.req.valid('query').email), 200),
);

const params = z.strictObject({ sub: subject });

platform.openapi(
  createRoute({
    method: 'post',
    path: '/users/{sub}/block',
    summary: 'Block a person at Auth0 and end their sessions on every site',
    request: { params, body: body(blockBody) },
    responses: { 200: answer(blockResult, 'Blocked'), ...refusals },
  }),
  async (c) => {
    const order = { subject: c.req.valid('param').sub, blocked: true, reason: c.req.valid('json').reason };
    return c.json(await blockPerson(c.env, c.get('visitor'), order), 200);
  },
);

platform.openapi(
  createRoute({
    method: 'post',
    path: '/users/{sub}/unblock',
    summary: 'Let a person sign in again',
    request: { params, body: body(blockBody) },
    responses: { 200: answer(blockResult, 'Unblocked'), ...refusals },
  }),
  async (c) => {
    const order = { subject: c.req.valid('param').sub, blocked: false, reason: c.req.valid('json').reason };
    return c.json(await blockPerson(c.env, c.get('visitor'), order), 200);
  },
);
