import { createRoute, z } from '@hono/zod-openapi';
import { readIdempotencyKey } from '../../http/idempotency.ts';
import { answer, body, refusals } from '../../http/response.ts';
import { router } from '../../http/router.ts';
import { id, page, pageQuery } from '../../http/shape.ts';
import { orderStatus } from '../../order/shape.ts';
import { adminOrder, adminOrderDetail, siteParams } from '../shape.ts';
import { clearWarning } from './clear_warning.ts';
import { readSiteOrder, readSiteOrders } from './read.ts';
import { requestRefund } from './refund.ts';
import { decideReview } from './review.ts';
import { restock } from './restock.ts';
import {
  adminRefund,
  clearedWarning,
  clearWarningBody,
  refundBody,
  restockBody,
  restocked,
  reviewBody,
  reviewDecision,
} from './shape.ts';

const withId = siteParams.extend({ id });

/** A site's orders and their money, for its operators: `/admin/{site}/orders`. */
export const adminOrders = router();

adminOrders.openapi(
  createRoute({
    method: 'get',
    path: '/{site}/orders',
    summary: 'Orders of the site, the newest first',
    request: { params: siteParams, query: pageQuery.extend({ status: orderStatus.optional() }) },
    responses: { 200: answer(page(adminOrder), 'One page'), ...refusals },
  }),
  async (c) =>
    c.json(await readSiteOrders(c.env, c.get('visitor'), c.req.valid('param').site, c.req.valid('query')), 200),
);

adminOrders.openapi(
  createRoute({
    method: 'get',
    path: '/{site}/orders/{id}',
    summary: 'One order of the site with its events, payments, refunds and disputes',
    request: { params: withId },
    responses: { 200: answer(adminOrderDetail, 'The order'), ...refusals },
  }),
  async (c) => {
    const { site, id: orderId } = c.req.valid('param');
    return c.json(await readSiteOrder(c.env, c.get('visitor'), site, orderId), 200);
  },
);

adminOrders.openapi(
  createRoute({
    method: 'post',
    path: '/{site}/orders/{id}/refunds',
    summary: 'Refund the payment of an order, all that is left or a part',
    request: {
      params: withId,
      body: body(refundBody),
      headers: z.object({ 'idempotency-key': z.string().optional() }),
    },
    responses: {
      201: answer(adminRefund, 'The refund, asked for'),
      200: answer(adminRefund, 'The refund this Idempotency-Key asked for before'),
      ...refusals,
    },
  }),
  async (c) => {
    const { site, id: orderId } = c.req.valid('param');
    const key = readIdempotencyKey(c.req.header('idempotency-key'));
    const asked = { site, orderId, key, body: c.req.valid('json') };
    const { refund, repeated } = await requestRefund(c.env, c.get('visitor'), asked);
    return repeated ? c.json(refund, 200) : c.json(refund, 201);
  },
);

adminOrders.openapi(
  createRoute({
    method: 'post',
    path: '/{site}/orders/{id}/review',
    summary: 'Accept an order under review, or give its money back',
    request: { params: withId, body: body(reviewBody) },
    responses: { 200: answer(reviewDecision, 'The decision; the consumer carries it out'), ...refusals },
  }),
  async (c) => {
    const { site, id: orderId } = c.req.valid('param');
    const asked = { site, orderId, body: c.req.valid('json') };
    return c.json(await decideReview(c.env, c.get('visitor'), asked), 200);
  },
);

adminOrders.openapi(
  createRoute({
    method: 'post',
    path: '/{site}/orders/{id}/clear-warning',
    summary: 'Let an order go on of which the card’s issuer warned',
    request: { params: withId, body: body(clearWarningBody) },
    responses: { 200: answer(clearedWarning, 'The warning freezes the order no more'), ...refusals },
  }),
  async (c) => {
    const { site, id: orderId } = c.req.valid('param');
    return c.json(await clearWarning(c.env, c.get('visitor'), { site, orderId, body: c.req.valid('json') }), 200);
  },
);

adminOrders.openapi(
  createRoute({
    method: 'post',
    path: '/{site}/orders/{id}/restock',
    summary: 'Put the units of a refunded order on sale again',
    request: { params: withId, body: body(restockBody) },
    responses: { 200: answer(restocked, 'The units are on sale, now or since an earlier time'), ...refusals },
  }),
  async (c) => {
    const { site, id: orderId } = c.req.valid('param');
    return c.json(await restock(c.env, c.get('visitor'), { site, orderId, body: c.req.valid('json') }), 200);
  },
);
