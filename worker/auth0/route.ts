import { createRoute } from '@hono/zod-openapi';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { DomainError } from '../../domain/error.ts';
import { cookieOptions, SESSION_COOKIE } from '../auth/cookie.ts';
import { onPlatformHost } from '../http/host.ts';
import { byAddress, limit } from '../http/limit.ts';
import { refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { cookieSeconds } from '../session/open.ts';
import { ATTEMPT_COOKIE } from './attempt.ts';
import { passOn } from './callback.ts';
import { complete } from './complete.ts';
import { beginLogin } from './login.ts';
import { refuseInPage } from './page.ts';
import { callbackQuery, completeQuery, loginQuery } from './shape.ts';
import { SIGN_IN_MINUTES } from './state.ts';

/** Signing in by e-mail or passkey, which is Auth0's own page: `/auth/login`, `/auth/callback`, `/auth/complete`. */
export const auth0 = router();

for (const path of ['/login', '/callback', '/complete']) {
  auth0.use(path, refuseInPage(), async (c, next) => {
    await next();
    c.res.headers.set('Cache-Control', 'no-store');
  });
}

auth0.openapi(
  createRoute({
    method: 'get',
    path: '/login',
    summary: 'Sign in by e-mail or passkey',
    middleware: limit('sign_in', byAddress),
    request: { query: loginQuery },
    responses: { 303: { description: 'On to Auth0’s page' }, ...refusals },
  }),
  async (c) => {
    const { url, attempt } = await beginLogin(c.env, c.get('visitor'), c.req.valid('query'));
    setCookie(c, ATTEMPT_COOKIE, attempt, { ...cookieOptions, maxAge: SIGN_IN_MINUTES * 60 });
    return c.redirect(url, 303);
  },
);

auth0.use('/callback', onPlatformHost());
auth0.openapi(
  createRoute({
    method: 'get',
    path: '/callback',
    summary: 'Where Auth0 sends people back to, on the platform host',
    request: { query: callbackQuery },
    responses: { 303: { description: 'On to the site that began' }, ...refusals },
  }),
  async (c) => c.redirect(await passOn(c.env, c.get('visitor'), c.req.valid('query')), 303),
);

auth0.openapi(
  createRoute({
    method: 'get',
    path: '/complete',
    summary: 'Ends a sign-in on the host that began it',
    request: { query: completeQuery },
    responses: { 303: { description: 'Signed in; the session is in the cookie' }, ...refusals },
  }),
  async (c) => {
    const who = c.get('visitor');
    const attempt = getCookie(c, ATTEMPT_COOKIE);
    // Good once, however it ends.
    deleteCookie(c, ATTEMPT_COOKIE, cookieOptions);
    if (attempt === undefined) throw new DomainError('auth.state_invalid');
    const later = (work: Promise<unknown>) => c.executionCtx.waitUntil(work);
    const { ticket, returnTo } = await complete(c.env, who, { ...c.req.valid('query'), attempt }, later);
    setCookie(c, SESSION_COOKIE, ticket.token, { ...cookieOptions, maxAge: cookieSeconds(who) });
    return c.redirect(`${who.origin}${returnTo}`, 303);
  },
);
