import { createRoute } from '@hono/zod-openapi';
import { deleteCookie } from 'hono/cookie';
import { cookieOptions, SESSION_COOKIE } from '../auth/cookie.ts';
import { onSiteHost } from '../http/host.ts';
import { answer, body, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { anonymiseMe } from '../user/anonymise.ts';
import { exportMe } from './export.ts';
import { confirmBody, exported } from './shape.ts';

/** What the law lets people ask for: a copy of what is kept of them, and that it is forgotten. */
export const privacy = router();

privacy.openapi(
  createRoute({
    method: 'get',
    path: '/export',
    summary: 'Everything kept about me',
    responses: { 200: answer(exported, 'Rows as they are kept, without secrets'), ...refusals },
  }),
  async (c) => {
    const copy = await exportMe(c.env, c.get('visitor'));
    c.header('Content-Disposition', `attachment; filename="${copy.site}-account.json"`);
    return c.json(copy, 200);
  },
);

// An operator's account is the platform's business, not theirs alone.
privacy.use('/anonymise', onSiteHost());
privacy.openapi(
  createRoute({
    method: 'post',
    path: '/anonymise',
    summary: 'Close my account and forget who I am',
    request: { body: body(confirmBody) },
    responses: { 204: { description: 'Closed for good' }, ...refusals },
  }),
  async (c) => {
    await anonymiseMe(c.env, c.get('visitor'));
    deleteCookie(c, SESSION_COOKIE, cookieOptions);
    return c.body(null, 204);
  },
);
