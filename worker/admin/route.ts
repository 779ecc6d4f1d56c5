import { createRoute, z } from '@hono/zod-openapi';
import { RELEASE_STATES } from '../../domain/allocation/state.ts';
import { answer, body, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { page, pageQuery } from '../http/shape.ts';
import { approveReleases } from './release/approve.ts';
import { readReleases } from './release/read.ts';
import { adminRelease, approveBody, approveResult, siteParams } from './shape.ts';

/** What operators do for one site, on the platform host alone: `/admin/{site}`. */
export const admin = router();

admin.use(async (c, next) => {
  await next();
  c.res.headers.set('Cache-Control', 'no-store');
});

admin.openapi(
  createRoute({
    method: 'get',
    path: '/{site}/releases',
    summary: 'Releases in one state',
    request: { params: siteParams, query: pageQuery.extend({ state: z.enum(RELEASE_STATES).default('due') }) },
    responses: { 200: answer(page(adminRelease), 'One page'), ...refusals },
  }),
  async (c) =>
    c.json(await readReleases(c.env, c.get('visitor'), c.req.valid('param').site, c.req.valid('query')), 200),
);

admin.openapi(
  createRoute({
    method: 'post',
    path: '/{site}/releases/approve',
    summary: 'Approve due releases for payout',
    request: { params: siteParams, body: body(approveBody) },
    responses: { 200: answer(approveResult, 'Each release answers for itself'), ...refusals },
  }),
  async (c) => {
    const who = { ...c.get('visitor'), requestId: c.get('requestId') };
    return c.json(await approveReleases(c.env, who, c.req.valid('param').site, c.req.valid('json').release_ids), 200);
  },
);
