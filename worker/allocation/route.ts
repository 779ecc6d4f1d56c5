import { createRoute, z } from '@hono/zod-openapi';
import { readIdempotencyKey } from '../http/idempotency.ts';
import { answer, body, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { id, page, pageQuery } from '../http/shape.ts';
import { readAllocation, readAllocations } from './read.ts';
import { redirectAllocation } from './redirect.ts';
import { allocation as allocationShape, allocationDetail, walletChoice } from './shape.ts';

const params = z.strictObject({ id });

/** The tokens a buyer is owed: `/allocations`. */
export const allocation = router();

allocation.use(async (c, next) => {
  await next();
  c.res.headers.set('Cache-Control', 'no-store');
});

allocation.openapi(
  createRoute({
    method: 'get',
    path: '/',
    summary: 'My allocations, the newest first',
    request: { query: pageQuery },
    responses: { 200: answer(page(allocationShape), 'One page'), ...refusals },
  }),
  async (c) => c.json(await readAllocations(c.env, c.get('visitor'), c.req.valid('query')), 200),
);

allocation.openapi(
  createRoute({
    method: 'get',
    path: '/{id}',
    summary: 'One of my allocations with its releases and their transactions',
    request: { params },
    responses: { 200: answer(allocationDetail, 'The allocation'), ...refusals },
  }),
  async (c) => c.json(await readAllocation(c.env, c.get('visitor'), c.req.valid('param').id), 200),
);

allocation.openapi(
  createRoute({
    method: 'post',
    path: '/{id}/wallet',
    summary: 'Send what is still to come to another of my bound wallets; payouts then wait 24 hours',
    request: {
      params,
      body: body(walletChoice),
      headers: z.object({ 'idempotency-key': z.string().optional() }),
    },
    responses: { 200: answer(allocationDetail, 'The allocation as it stands'), ...refusals },
  }),
  async (c) => {
    const key = readIdempotencyKey(c.req.header('idempotency-key'));
    const command = { allocationId: c.req.valid('param').id, walletId: c.req.valid('json').wallet_id };
    return c.json(await redirectAllocation(c.env, c.get('visitor'), key, command), 200);
  },
);
