import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../store.ts';
import { askToken, AUDIENCE, beginLogin, Browser, refresh, SETTINGS, signIn, tokensOf } from './rig.ts';
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

const machine = (change: Record<string, string> = {}) =>
  askToken(issuer, {
    grant_type: 'client_credentials',
    client_id: 'machine',
    client_secret: 'machine-secret',
    audience: AUDIENCE,
    ...change,
  });

describe('a refresh token', () => {
  it('is good for one use; a second one ends its family, and no other', async () => {
    const browser = new Browser(issuer);
    const first = await tokensOf(issuer, 'ann@example.com', browser);
    const other = await tokensOf(issuer, 'ann@example.com');
    const second = await refresh(issuer, first.body.refresh_token);
    expect(second.status).toBe(200);
    expect(second.body.refresh_token).not.toBe(first.body.refresh_token);
    expect(decodeJwt(second.body.access_token).aud).toContain(AUDIENCE);
    expect(decodeJwt(second.body.id_token).sub).toBe(userIdOf('ann@example.com'));
    const reused = await refresh(issuer, first.body.refresh_token);
    expect([reused.status, reused.body.error]).toEqual([403, 'invalid_grant']);
    expect((await refresh(issuer, second.body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(issuer, other.body.refresh_token)).status).toBe(200);
  });

  it('used twice at once is a reuse too', async () => {
    const { body } = await tokensOf(issuer, 'ann@example.com');
    const answers = await Promise.all([1, 2, 3].map(() => refresh(issuer, body.refresh_token)));
    const won = answers.filter(({ status }) => status === 200);
    expect(won.length).toBeLessThanOrEqual(1);
    for (const answer of won) {
      expect((await refresh(issuer, answer.body.refresh_token)).body.error).toBe('invalid_grant');
    }
  });

  it('is given only with offline_access', async () => {
    const attempt = beginLogin(issuer, { scope: 'openid' });
    const back = await signIn(new Browser(issuer), attempt, 'ann@example.com');
    const { body } = await askToken(issuer, {
      grant_type: 'authorization_code',
      client_id: 'web',
      client_secret: 'web-secret',
      redirect_uri: SETTINGS.web[0]?.callbackUrls[0] ?? '',
      code: back.get('code') ?? '',
      code_verifier: attempt.verifier,
    });
    expect(Object.keys(body)).toContain('id_token');
    expect(Object.keys(body)).not.toContain('refresh_token');
  });

  it('can be revoked', async () => {
    const { body } = await tokensOf(issuer, 'ann@example.com');
    const revoked = await fetch(`${issuer}oauth/revoke`, {
      method: 'POST',
      body: new URLSearchParams({ client_id: 'web', client_secret: 'web-secret', token: body.refresh_token }),
    });
    expect(revoked.status).toBe(200);
    expect((await refresh(issuer, body.refresh_token)).body.error).toBe('invalid_grant');
  });
});

describe('a machine', () => {
  it('gets what it was granted, or the part that it asks for', async () => {
    const all = await machine();
    expect(decodeJwt(all.body.access_token)).toMatchObject({
      iss: issuer,
      aud: AUDIENCE,
      sub: 'machine@clients',
      client_id: 'machine',
      scope: 'read:orders read:tiers',
    });
    expect((await machine({ scope: 'read:tiers' })).body.scope).toBe('read:tiers');
  });

  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, 401, 'access_denied'],
    ['a scope it was not granted', { scope: 'read:orders write:orders' }, 403, 'access_denied'],
    ['no audience', { audience: '' }, 403, 'access_denied'],
    ['an audience that does not exist', { audience: 'https://other.test/' }, 403, 'access_denied'],
    ['an API it was not granted', { audience: 'management' }, 403, 'access_denied'],
    ['a client without that grant type', { client_id: 'web', client_secret: 'web-secret' }, 400, 'invalid_request'],
  ])('is refused with %s', async (_, change: Record<string, string>, status, error) => {
    const audience = change['audience'] === 'management' ? { audience: `${issuer}api/v2/` } : {};
    const answer = await machine({ ...change, ...audience });
    expect([answer.status, answer.body.error]).toEqual([status, error]);
    expect(answer.body).not.toHaveProperty('access_token');
  });
});

describe('the Management API', () => {
  const token = async (scope: string) => {
    const { clientId, clientSecret } = SETTINGS.management;
    const { body } = await machine({
      client_id: clientId,
      client_secret: clientSecret,
      audience: `${issuer}api/v2/`,
      scope,
    });
    return body.access_token;
  };
  const ask = async (bearer: string | null, email: string, blocked?: unknown) => {
    const answer = await fetch(`${issuer}api/v2/users/${encodeURIComponent(userIdOf(email))}`, {
      method: blocked === undefined ? 'GET' : 'PATCH',
      headers: { ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }) },
      ...(blocked === undefined ? {} : { body: JSON.stringify(blocked) }),
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  };

  it('blocks a person: no sign-in, no refresh, no userinfo, until they are unblocked', async () => {
    const email = 'mallory@example.com';
    const browser = new Browser(issuer);
    const { body } = await tokensOf(issuer, email, browser);
    const bearer = await token('read:users update:users');
    expect((await ask(bearer, email)).body).toMatchObject({ user_id: userIdOf(email), email, blocked: false });
    expect(await ask(bearer, email, { blocked: true })).toMatchObject({ status: 200, body: { blocked: true } });
    expect((await refresh(issuer, body.refresh_token)).body.error).toBe('invalid_grant');
    const userinfo = await fetch(`${issuer}userinfo`, { headers: { authorization: `Bearer ${body.access_token}` } });
    expect(userinfo.status).toBe(401);
    for (const each of [browser, new Browser(issuer)]) {
      const back = await signIn(each, beginLogin(issuer), email);
      expect([back.get('error'), back.get('error_description')]).toEqual(['unauthorized', 'user is blocked']);
    }
    await ask(bearer, email, { blocked: false });
    expect((await tokensOf(issuer, email)).status).toBe(200);
  });

  it('is closed to other tokens, scopes, people and fields', async () => {
    await tokensOf(issuer, 'ann@example.com');
    const bearer = await token('read:users');
    const foreign = (await machine()).body.access_token;
    expect((await ask(null, 'ann@example.com')).status).toBe(401);
    expect((await ask(foreign, 'ann@example.com')).status).toBe(401);
    expect(await ask(bearer, 'ann@example.com', { blocked: true })).toMatchObject({
      status: 403,
      body: { errorCode: 'insufficient_scope' },
    });
    expect(await ask(bearer, 'nobody@example.com')).toMatchObject({
      status: 404,
      body: { errorCode: 'inexistent_user' },
    });
    expect((await ask(await token('update:users'), 'ann@example.com', { blocked: 'yes' })).status).toBe(400);
  });
});
