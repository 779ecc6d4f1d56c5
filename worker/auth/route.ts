import { createRoute } from '@hono/zod-openapi';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { DomainError } from '../../domain/error.ts';
import { byAddress, byAddressAndWallet, limit } from '../http/limit.ts';
import { forgetTokens, logoutUrl } from '../auth0/leave.ts';
import { auth0 } from '../auth0/route.ts';
import { loggedOut } from '../auth0/shape.ts';
import { answer, body, refusals } from '../http/response.ts';
import { router } from '../http/router.ts';
import { me as meShape } from '../me/shape.ts';
import { readMe } from '../me/read.ts';
import { signOut } from '../session/close.ts';
import { cookieSeconds } from '../session/open.ts';
import { challenge } from './challenge.ts';
import { NONCE_COOKIE, SESSION_COOKIE, cookieOptions } from './cookie.ts';
import { randomToken } from './hash.ts';
import { CHALLENGE_MINUTES } from './message.ts';
import { nonce as nonceShape, nonceBody, walletBody } from './shape.ts';
import { signIn } from './sign_in.ts';

/** Signing in and out: `/auth`. */
export const auth = router();

auth.route('/', auth0);

auth.openapi(
  createRoute({
    method: 'post',
    path: '/nonce',
    summary: 'Ask for a message to sign',
    middleware: limit('sign_in', byAddress),
    request: { body: body(nonceBody) },
    responses: { 200: answer(nonceShape, 'The EIP-4361 message for this wallet, site and browser'), ...refusals },
  }),
  async (c) => {
    const browserToken = getCookie(c, NONCE_COOKIE) ?? randomToken();
    const issued = await challenge(c.env, c.get('visitor'), c.req.valid('json'), browserToken);
    setCookie(c, NONCE_COOKIE, browserToken, { ...cookieOptions, maxAge: CHALLENGE_MINUTES * 60 });
    return c.json(issued, 200);
  },
);

auth.openapi(
  createRoute({
    method: 'post',
    path: '/wallet',
    summary: 'Sign in with the signed message',
    middleware: limit('wallet', byAddressAndWallet),
    request: { body: body(walletBody) },
    responses: { 200: answer(meShape, 'Signed in; the session is in the cookie'), ...refusals },
  }),
  async (c) => {
    const who = c.get('visitor');
    const browserToken = getCookie(c, NONCE_COOKIE);
    if (browserToken === undefined) throw new DomainError('auth.nonce_invalid');
    const { token, tokenHash } = await signIn(c.env, who, { ...c.req.valid('json'), browserToken });
    const me = await readMe(c.env, { ...who, session: tokenHash });
    setCookie(c, SESSION_COOKIE, token, { ...cookieOptions, maxAge: cookieSeconds(who) });
    deleteCookie(c, NONCE_COOKIE, cookieOptions);
    return c.json(me, 200);
  },
);

auth.openapi(
  createRoute({
    method: 'post',
    path: '/logout',
    summary: 'End this session',
    responses: {
      200: answer(loggedOut, 'Signed out here; Auth0 forgets the browser at this address'),
      204: { description: 'Signed out' },
      ...refusals,
    },
  }),
  async (c) => {
    const who = c.get('visitor');
    const ended = await signOut(c.env, who);
    deleteCookie(c, SESSION_COOKIE, cookieOptions);
    if (ended === undefined) return c.body(null, 204);
    forgetTokens(c.env, [ended], (work) => c.executionCtx.waitUntil(work));
    const url = await logoutUrl(c.env, who, ended);
    return url === undefined ? c.body(null, 204) : c.json({ logout_url: url }, 200);
  },
);
