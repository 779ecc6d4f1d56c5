import { createRoute, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { quoteToJson } from '../../domain/order/quote.ts';
import type { App } from '../env.ts';
import { readIdempotencyKey } from '../http/idempotency.ts';
import { byAddress, byUser, countRequest, limit } from '../http/limit.ts';
import { answer, body, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { id, page, pageQuery } from '../http/shape.ts';
import { cancel } from './cancel.ts';
import { pay } from './pay.ts';
import { place } from './place.ts';
import { presentOrder } from './present.ts';
import { preview } from './preview.ts';
import { readOrder, readOrders } from './read.ts';
import { order as orderShape, orderBody, orderDetail, payment, previewBody, quote } from './shape.ts';

const params = z.strictObject({ id });

/** A price with a promo code tells whether there is such a code. */
async function countGuess(c: Context<App>, promoCode: string | undefined): Promise<void> {
  if (promoCode !== undefined && promoCode.trim() !== '') await countRequest(c, 'promo', byAddress);
}

/** Buying: `/orders`. */
export const order = router();

order.use(async (c, next) => {
  await next();
  c.res.headers.set('Cache-Control', 'no-store');
});

order.openapi(
  createRoute({
    method: 'post',
    path: '/preview',
    summary: 'What these units would cost now',
    request: { body: body(previewBody) },
    responses: { 200: answer(quote, 'The quote; nothing is held'), ...refusals },
  }),
  async (c) => {
    const ask = c.req.valid('json');
    await countGuess(c, ask.promo_code);
    const { quote: priced, snapshot } = await preview(c.env, c.get('visitor'), ask);
    return c.json(quoteToJson(priced, snapshot.site.tokenDecimals ?? 0), 200);
  },
);

order.openapi(
  createRoute({
    method: 'post',
    path: '/',
    summary: 'Hold units and place an order',
    middleware: limit('order', byUser),
    request: { body: body(orderBody), headers: z.object({ 'idempotency-key': z.string().optional() }) },
    responses: {
      201: answer(orderShape, 'The order; its units are held until expires_at'),
      200: answer(orderShape, 'The order this Idempotency-Key made before'),
      ...refusals,
    },
  }),
  async (c) => {
    const key = readIdempotencyKey(c.req.header('idempotency-key'));
    const ask = c.req.valid('json');
    await countGuess(c, ask.promo_code);
    const placed = await place(c.env, c.get('visitor'), key, ask);
    const tier = placed.snapshot.tiers.find((each) => each.id === placed.order.tierId);
    const shown = presentOrder(placed.order, tier?.name ?? '', placed.snapshot.site.tokenDecimals ?? 0);
    return placed.replayed ? c.json(shown, 200) : c.json(shown, 201);
  },
);

order.openapi(
  createRoute({
    method: 'post',
    path: '/{id}/payment',
    summary: 'Start or resume the payment of an order',
    // Each asks the provider, which counts the requests of all sites together.
    middleware: limit('payment', byUser),
    request: { params },
    responses: { 200: answer(payment, 'What the payment page needs'), ...refusals },
  }),
  async (c) => c.json(await pay(c.env, c.get('visitor'), c.req.valid('param').id), 200),
);

order.openapi(
  createRoute({
    method: 'post',
    path: '/{id}/cancel',
    summary: 'Cancel an unpaid order and give its units back',
    middleware: limit('payment', byUser),
    request: { params },
    responses: { 200: answer(orderShape, 'The cancelled order'), ...refusals },
  }),
  async (c) => c.json(await cancel(c.env, c.get('visitor'), c.req.valid('param').id), 200),
);

order.openapi(
  createRoute({
    method: 'get',
    path: '/',
    summary: 'My orders, the newest first',
    request: { query: pageQuery },
    responses: { 200: answer(page(orderShape), 'One page'), ...refusals },
  }),
  async (c) => c.json(await readOrders(c.env, c.get('visitor'), c.req.valid('query')), 200),
);

order.openapi(
  createRoute({
    method: 'get',
    path: '/{id}',
    summary: 'One of my orders with its events, allocation and releases',
    request: { params },
    responses: { 200: answer(orderDetail, 'The order'), ...refusals },
  }),
  async (c) => c.json(await readOrder(c.env, c.get('visitor'), c.req.valid('param').id), 200),
);
