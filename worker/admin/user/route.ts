import { createRoute } from '@hono/zod-openapi';
import { answer, body, refusals } from '../../http/response.ts';
import { router } from '../../http/router.ts';
import { id, page, pageQuery } from '../../http/shape.ts';
import { anonymiseUser } from '../../user/anonymise.ts';
import { siteParams } from '../shape.ts';
import { readUser, readUsers } from './read.ts';
import { adminUser, adminUserDetail, anonymiseBody, standingBody, userQuery } from './shape.ts';
import { changeStanding } from './standing.ts';

const withId = siteParams.extend({ id });

/** A site's users, for its operators: `/admin/{site}/users`. */
export const adminUsers = router();

adminUsers.openapi(
  createRoute({
    method: 'get',
    path: '/{site}/users',
    summary: 'Users of the site, the newest first',
    request: { params: siteParams, query: pageQuery.extend(userQuery) },
    responses: { 200: answer(page(adminUser), 'One page'), ...refusals },
  }),
  async (c) => c.json(await readUsers(c.env, c.get('visitor'), c.req.valid('param').site, c.req.valid('query')), 200),
);

adminUsers.openapi(
  createRoute({
    method: 'get',
    path: '/{site}/users/{id}',
    summary: 'One user of the site',
    request: { params: withId },
    responses: { 200: answer(adminUserDetail, 'The user'), ...refusals },
  }),
  async (c) => {
    const { site, id: userId } = c.req.valid('param');
    return c.json(await readUser(c.env, c.get('visitor'), site, userId), 200);
  },
);

adminUsers.openapi(
  createRoute({
    method: 'patch',
    path: '/{site}/users/{id}',
    summary: 'Change what a user may do',
    request: { params: withId, body: body(standingBody) },
    responses: { 204: { description: 'So it is' }, ...refusals },
  }),
  async (c) => {
    const { site, id: userId } = c.req.valid('param');
    await changeStanding(c.env, c.get('visitor'), site, userId, c.req.valid('json'));
    return c.body(null, 204);
  },
);

adminUsers.openapi(
  createRoute({
    method: 'post',
    path: '/{site}/users/{id}/anonymise',
    summary: 'Forget who a user is',
    request: { params: withId, body: body(anonymiseBody) },
    responses: { 204: { description: 'The account is closed and names nobody' }, ...refusals },
  }),
  async (c) => {
    const { site, id: userId } = c.req.valid('param');
    await anonymiseUser(c.env, c.get('visitor'), { site, userId, reason: c.req.valid('json').reason });
    return c.body(null, 204);
  },
);
