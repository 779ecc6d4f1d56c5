import { createRoute, z } from '@hono/zod-openapi';
import { deleteCookie, getCookie } from 'hono/cookie';
import { DomainError } from '../../domain/error.ts';
import { NONCE_COOKIE, cookieOptions } from '../auth/cookie.ts';
import { walletBody } from '../auth/shape.ts';
import { byAddressAndWallet, limit } from '../http/limit.ts';
import { answer, body, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { id } from '../http/shape.ts';
import { bindWallet } from './bind.ts';
import { chooseWallet } from './choose.ts';
import { readWallets } from './read.ts';
import { boundWallet, wallets } from './shape.ts';
import { unbindWallet } from './unbind.ts';

const params = z.strictObject({ id });

/** Where a buyer's tokens may go: `/wallets`. Every change asks for a sign-in of the last quarter of an hour. */
export const wallet = router();

wallet.use(async (c, next) => {
  await next();
  c.res.headers.set('Cache-Control', 'no-store');
});

wallet.openapi(
  createRoute({
    method: 'get',
    path: '/',
    summary: 'My bound wallets, the first bound first',
    responses: { 200: answer(wallets, 'All of them'), ...refusals },
  }),
  async (c) => c.json(await readWallets(c.env, c.get('visitor')), 200),
);

wallet.openapi(
  createRoute({
    method: 'post',
    path: '/',
    summary: 'Bind one more wallet, by a message signed with it (POST /auth/nonce, purpose bind)',
    middleware: limit('wallet', byAddressAndWallet),
    request: { body: body(walletBody) },
    responses: {
      201: answer(boundWallet, 'The wallet, which is now yours'),
      200: answer(boundWallet, 'The wallet, which was yours already'),
      ...refusals,
    },
  }),
  async (c) => {
    const browserToken = getCookie(c, NONCE_COOKIE);
    if (browserToken === undefined) throw new DomainError('auth.nonce_invalid');
    const bound = await bindWallet(c.env, c.get('visitor'), { ...c.req.valid('json'), browserToken });
    deleteCookie(c, NONCE_COOKIE, cookieOptions);
    return bound.created ? c.json(bound.wallet, 201) : c.json(bound.wallet, 200);
  },
);

wallet.openapi(
  createRoute({
    method: 'post',
    path: '/{id}/primary',
    summary: 'Make a wallet the one that is offered first; no payout moves by it',
    request: { params },
    responses: { 200: answer(wallets, 'All of them'), ...refusals },
  }),
  async (c) => c.json(await chooseWallet(c.env, c.get('visitor'), c.req.valid('param').id), 200),
);

wallet.openapi(
  createRoute({
    method: 'delete',
    path: '/{id}',
    summary: 'Unbind a wallet; what was ordered with it still goes there, unless the allocation is sent elsewhere',
    request: { params },
    responses: { 204: { description: 'Unbound' }, ...refusals },
  }),
  async (c) => {
    await unbindWallet(c.env, c.get('visitor'), c.req.valid('param').id);
    return c.body(null, 204);
  },
);
