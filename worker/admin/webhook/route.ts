import { createRoute } from '@hono/zod-openapi';
import { answer, body, refusals } from '../../http/response.ts';
import { router } from '../../http/router.ts';
import { page, pageQuery } from '../../http/shape.ts';
import { siteParams } from '../shape.ts';
import { readDeadLetters, readEvents } from './read.ts';
import { replayDeadLetter, replayEvent } from './replay.ts';
import { adminDeadLetter, adminEvent, eventFilter, eventId, letterId, replayBody, replayed } from './shape.ts';

/** What providers told of a site and what was given up, for its operators to look at and to have tried again. */
export const adminWebhooks = router();

adminWebhooks.openapi(
  createRoute({
    method: 'get',
    path: '/{site}/webhook-events',
    summary: 'Events of providers in one state, those that were parked by default',
    request: { params: siteParams, query: pageQuery.extend(eventFilter) },
    responses: { 200: answer(page(adminEvent), 'One page'), ...refusals },
  }),
  async (c) => c.json(await readEvents(c.env, c.get('visitor'), c.req.valid('param').site, c.req.valid('query')), 200),
);

adminWebhooks.openapi(
  createRoute({
    method: 'post',
    path: '/{site}/webhook-events/{id}/replay',
    summary: 'Take an event again',
    request: { params: siteParams.extend({ id: eventId }), body: body(replayBody) },
    responses: { 200: answer(replayed, 'The consumer takes it again'), ...refusals },
  }),
  async (c) => {
    const asked = { ...c.req.valid('param'), ...c.req.valid('json') };
    return c.json(await replayEvent(c.env, c.get('visitor'), asked), 200);
  },
);

adminWebhooks.openapi(
  createRoute({
    method: 'get',
    path: '/{site}/dead-letters',
    summary: 'Messages that were given up, the newest first',
    request: { params: siteParams, query: pageQuery },
    responses: { 200: answer(page(adminDeadLetter), 'One page'), ...refusals },
  }),
  async (c) =>
    c.json(await readDeadLetters(c.env, c.get('visitor'), c.req.valid('param').site, c.req.valid('query')), 200),
);

adminWebhooks.openapi(
  createRoute({
    method: 'post',
    path: '/{site}/dead-letters/{id}/replay',
    summary: 'Take a message again that was given up',
    request: { params: siteParams.extend({ id: letterId }), body: body(replayBody) },
    responses: { 200: answer(replayed, 'The consumer takes it again'), ...refusals },
  }),
  async (c) => {
    const asked = { ...c.req.valid('param'), ...c.req.valid('json') };
    return c.json(await replayDeadLetter(c.env, c.get('visitor'), asked), 200);
  },
);
