import { createRoute } from '@hono/zod-openapi';
import { answer, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { page, pageQuery } from '../http/shape.ts';
import { readCommissions } from './commissions.ts';
import { commission } from './shape.ts';

/** What agents see of their earnings: `/agents`. */
export const agent = router();

agent.openapi(
  createRoute({
    method: 'get',
    path: '/commissions',
    summary: 'My commissions, the newest first',
    request: { query: pageQuery },
    responses: { 200: answer(page(commission), 'One page'), ...refusals },
  }),
  async (c) => c.json(await readCommissions(c.env, c.get('visitor'), c.req.valid('query')), 200),
);
