import { createRoute } from '@hono/zod-openapi';
import { answer, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { presentSite } from './present.ts';
import { site as siteShape } from './shape.ts';
import { readSnapshot } from './snapshot.ts';

/** What a page needs to know before it shows anything: `/site`. */
export const site = router();

site.openapi(
  createRoute({
    method: 'get',
    path: '/',
    summary: 'The site of this host',
    responses: { 200: answer(siteShape, 'Name, brand, currency, chain and how one signs in and pays'), ...refusals },
  }),
  async (c) => {
    const snapshot = await readSnapshot(c.env, c.get('visitor'));
    // What it says of buying depends on where the visitor is.
    c.header('Cache-Control', 'private, no-cache');
    return c.json(presentSite(snapshot, c.env, c.get('visitor').country), 200);
  },
);
