import { createRoute, z } from '@hono/zod-openapi';
import { etag } from 'hono/etag';
import { DomainError } from '../../domain/error.ts';
import { answer, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { id, page } from '../http/shape.ts';
import { readSnapshot, snapshotNow } from '../site/snapshot.ts';
import { presentTier } from './present.ts';
import { tier as tierShape } from './shape.ts';

/** What is for sale: `/tiers`. Availability is a moment old at most; the order itself decides. */
export const tier = router();

tier.use(etag());
tier.use(async (c, next) => {
  await next();
  if (c.res.ok) c.res.headers.set('Cache-Control', 'public, max-age=1');
});

tier.openapi(
  createRoute({
    method: 'get',
    path: '/',
    summary: 'The tiers of this site in display order',
    responses: { 200: answer(page(tierShape), 'All tiers; a site has at most 100'), ...refusals },
  }),
  async (c) => {
    const snapshot = await readSnapshot(c.env, c.get('visitor'));
    const now = snapshotNow(snapshot);
    return c.json({ items: snapshot.tiers.map((row) => presentTier(row, snapshot, now)), next_cursor: null }, 200);
  },
);

tier.openapi(
  createRoute({
    method: 'get',
    path: '/{id}',
    summary: 'One tier',
    request: { params: z.strictObject({ id }) },
    responses: { 200: answer(tierShape, 'The tier'), ...refusals },
  }),
  async (c) => {
    const snapshot = await readSnapshot(c.env, c.get('visitor'));
    const row = snapshot.tiers.find((each) => each.id === c.req.valid('param').id);
    if (row === undefined) throw new DomainError('tier.unknown');
    return c.json(presentTier(row, snapshot, snapshotNow(snapshot)), 200);
  },
);
