import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../store.ts';
import { AUDIENCE, beginLogin, Browser, CALLBACK, redeem, refresh, SETTINGS, signIn, tokensOf } from './rig.ts';
import { startOidc } from './start.ts';
import type { OidcStandIn } from './start.ts';
import { userIdOf } from './user.ts';

const store = openStore(':memory:');
let oidc: OidcStandIn;
let issuer: string;

beforeAll(async () => {
  oidc = await startOidc({ store, ...SETTINGS });
  issuer = oidc.issuer;
});
afterAll(async () => {
  await oidc.stop();
  store.close();
});

const jwks = () => createRemoteJWKSet(new URL('.well-known/jwks.json', issuer));

describe('a sign-in', () => {
  it('ends with tokens that the published keys verify', async () => {
    const attempt = beginLogin(issuer);
    const back = await signIn(new Browser(issuer), attempt, ' Ann@Example.com ');
    expect(back.get('state')).toBe(attempt.state);
    const { status, body } = await redeem(issuer, attempt, back.get('code') ?? '');
    expect(status).toBe(200);
    const checked = await jwtVerify(body.id_token, jwks(), { issuer, audience: 'web', algorithms: ['RS256'] });
    expect(checked.payload).toMatchObject({
      sub: userIdOf('ann@example.com'),
      nonce: attempt.nonce,
      email: 'ann@example.com',
      email_verified: true,
    });
    expect(checked.payload.sub).toMatch(/^auth0\|[0-9a-f]{24}$/);
    const access = await jwtVerify(body.access_token, jwks(), { issuer, audience: AUDIENCE, typ: 'at+jwt' });
    expect(access.payload).toMatchObject({ sub: checked.payload.sub, client_id: 'web' });
    expect(access.payload.aud).toEqual([AUDIENCE, `${issuer}userinfo`]);
    expect(String(access.payload['scope']).split(' ').sort()).toEqual(
      ['email', 'offline_access', 'openid', 'profile', 'read:orders'].sort(),
    );
    expect(body.scope).toBe(access.payload['scope']);
  });

  it('publishes the endpoints at the paths of Auth0, and public keys alone', async () => {
    expect(issuer).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const found = await (await fetch(`${issuer}.well-known/openid-configuration`)).json();
    expect(found).toMatchObject({
      issuer,
      authorization_endpoint: `${issuer}authorize`,
      token_endpoint: `${issuer}oauth/token`,
      jwks_uri: `${issuer}.well-known/jwks.json`,
      userinfo_endpoint: `${issuer}userinfo`,
      revocation_endpoint: `${issuer}oauth/revoke`,
    });
    const { keys } = (await (await fetch(`${issuer}.well-known/jwks.json`)).json()) as { keys: object[] };
    expect(keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
  });

  it('opens the userinfo endpoint with the token of an API', async () => {
    const { body } = await tokensOf(issuer, 'ann@example.com');
    const ask = async (token: string) => {
      const answer = await fetch(`${issuer}userinfo`, { headers: { authorization: `Bearer ${token}` } });
      return [answer.status, ((await answer.json()) as { email?: string }).email];
    };
    expect(await ask(body.access_token)).toEqual([200, 'ann@example.com']);
    expect(await ask(body.id_token)).toEqual([401, undefined]);
  });

  it('without an audience brings a token for the userinfo endpoint alone', async () => {
    const attempt = beginLogin(issuer, { audience: '' });
    const back = await signIn(new Browser(issuer), attempt, 'ann@example.com');
    const { body } = await redeem(issuer, attempt, back.get('code') ?? '');
    expect(decodeJwt(body.id_token)['email']).toBe('ann@example.com');
    expect(body.access_token).not.toContain('.');
    const userinfo = await fetch(`${issuer}userinfo`, { headers: { authorization: `Bearer ${body.access_token}` } });
    expect(await userinfo.json()).toMatchObject({ sub: userIdOf('ann@example.com'), email: 'ann@example.com' });
  });

  it('is refused with a wrong verifier, secret, redirect URI, and at a second use of the code', async () => {
    const attempt = beginLogin(issuer);
    const browser = new Browser(issuer);
    const code = async () => (await signIn(browser, attempt, 'ann@example.com')).get('code') ?? '';
    const refusal = async (change: Record<string, string>) => {
      const { status, body } = await redeem(issuer, attempt, await code(), change);
      return [status, body.error];
    };
    expect(await refusal({ client_secret: 'wrong' })).toEqual([401, 'access_denied']);
    attempt.url += '&prompt=login';
    expect(await refusal({ code_verifier: 'x'.repeat(43) })).toEqual([403, 'invalid_grant']);
    expect(await refusal({ redirect_uri: `${CALLBACK}/other` })).toEqual([403, 'invalid_grant']);
    const once = await code();
    expect((await redeem(issuer, attempt, once)).status).toBe(200);
    expect((await redeem(issuer, attempt, once)).body.error).toBe('invalid_grant');
  });

  it('never leaves for a redirect URI that is not registered', async () => {
    const { url } = beginLogin(issuer, { redirect_uri: 'http://evil.localhost:8787/api/v1/auth/callback' });
    const { status, leftFor, html } = await new Browser(issuer).go(url);
    expect([status, leftFor]).toEqual([400, null]);
    expect(html).toContain('invalid_redirect_uri');
  });

  it('names an audience that does not exist to the application', async () => {
    const { leftFor } = await new Browser(issuer).go(beginLogin(issuer, { audience: 'https://other.test/' }).url);
    expect(leftFor?.searchParams.get('error')).toBe('access_denied');
  });
});

describe('the login page', () => {
  it('speaks the language that is asked for, and knows the connection', async () => {
    const wanted = { ui_locales: 'fr zh-CN en', connection: 'email', login_hint: 'a"b@example.com' };
    const { status, html } = await new Browser(issuer).go(beginLogin(issuer, wanted).url);
    expect(status).toBe(200);
    expect(html).toContain('<html lang="zh-Hans">');
    expect(html).toContain('<code>email</code>');
    expect(html).toContain('value="a&#34;b@example.com"');
    const { html: plain } = await new Browser(issuer).go(beginLogin(issuer).url, undefined, {
      'accept-language': 'de, zh;q=0.8',
    });
    expect(plain).toContain('登录');
    expect((await new Browser(issuer).go(beginLogin(issuer).url)).html).toContain('<html lang="en">');
  });

  it('asks again for what is no e-mail address, and lets people turn back', async () => {
    const browser = new Browser(issuer);
    const page = await browser.go(beginLogin(issuer).url);
    const again = await browser.go(page.url.href, { email: '<b>nobody', action: 'continue' });
    expect([again.status, again.leftFor]).toEqual([400, null]);
    expect(again.html).toContain('role="alert"');
    expect(again.html).not.toContain('<b>nobody');
    const { leftFor } = await browser.go(page.url.href, { action: 'cancel' });
    expect(leftFor?.searchParams.get('error')).toBe('access_denied');
  });

  it('serves the browser that began the login, and no other', async () => {
    const page = await new Browser(issuer).go(beginLogin(issuer).url);
    const other = await new Browser(issuer).go(page.url.href, { email: 'eve@example.com', action: 'continue' });
    expect([other.status, other.leftFor]).toEqual([400, null]);
  });
});

describe('the session at the login page', () => {
  it('spares the page next time, unless the application asks for it', async () => {
    const browser = new Browser(issuer);
    await signIn(browser, beginLogin(issuer), 'ann@example.com');
    expect((await browser.go(beginLogin(issuer).url)).leftFor?.searchParams.get('code')).toBeTruthy();
    expect((await browser.go(beginLogin(issuer, { prompt: 'login' }).url)).html).toContain('<form');
  });

  it('ends at /v2/logout, which goes to registered URLs alone; refresh tokens live on', async () => {
    const browser = new Browser(issuer);
    const { body } = await tokensOf(issuer, 'ann@example.com', browser);
    const evil = await browser.go(`${issuer}v2/logout?client_id=web&returnTo=http://evil.localhost:8787/`);
    expect([evil.status, evil.leftFor]).toEqual([400, null]);
    const returnTo = 'http://platform.localhost:8787/?host=na';
    const out = await browser.go(`${issuer}v2/logout?client_id=web&returnTo=${encodeURIComponent(returnTo)}`);
    expect(out.leftFor?.href).toBe(returnTo);
    expect((await browser.go(beginLogin(issuer).url)).html).toContain('<form');
    expect((await refresh(issuer, body.refresh_token)).status).toBe(200);
  });

  it('gives way to another person', async () => {
    const browser = new Browser(issuer);
    await signIn(browser, beginLogin(issuer), 'ann@example.com');
    const attempt = beginLogin(issuer, { prompt: 'login' });
    const page = await browser.go(attempt.url);
    const between = await browser.go(page.url.href, { email: 'bob@example.com', action: 'continue' });
    expect(between.html).toContain('name="logout" value="yes"');
    // This page goes on by a script of its own, which a policy would have to allow.
    expect([page.policy?.includes("default-src 'none'"), between.policy]).toEqual([true, null]);
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(between.html)?.[1] ?? '';
    const { leftFor } = await browser.go(`${issuer}oidc/logout/confirm`, { xsrf, logout: 'yes' });
    const { body } = await redeem(issuer, attempt, leftFor?.searchParams.get('code') ?? '');
    expect(decodeJwt(body.id_token)['email']).toBe('bob@example.com');
  });
});
