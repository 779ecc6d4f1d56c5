import { createRoute } from '@hono/zod-openapi';
import { onSiteHost } from '../http/host.ts';
import { answer, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { session } from '../session/route.ts';
import { readBalance } from './balance.ts';
import { readMe } from './read.ts';
import { balance as balanceShape, me as meShape } from './shape.ts';

/** The visitor's own account: `/me`. */
export const me = router();

me.use(async (c, next) => {
  await next();
  c.res.headers.set('Cache-Control', 'no-store');
});

me.openapi(
  createRoute({
    method: 'get',
    path: '/',
    summary: 'Who is signed in',
    responses: { 200: answer(meShape, 'The account, its wallets and its referral link'), ...refusals },
  }),
  async (c) => c.json(await readMe(c.env, c.get('visitor')), 200),
);

me.route('/sessions', session);

me.use('/balance', onSiteHost());
me.openapi(
  createRoute({
    method: 'get',
    path: '/balance',
    summary: 'Tokens purchased, locked, due, in flight and delivered',
    responses: { 200: answer(balanceShape, 'Sums in base units, the next releases and the deliveries'), ...refusals },
  }),
  async (c) => c.json(await readBalance(c.env, c.get('visitor')), 200),
);
