import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../store.ts';
import type { Store } from '../store.ts';
import { beginLogin, Browser, refresh, SETTINGS, signIn, tokensOf } from './rig.ts';
import { startOidc } from './start.ts';
import type { OidcStandIn } from './start.ts';

const folder = mkdtempSync(join(tmpdir(), 'oidc-'));
let store: Store;
let oidc: OidcStandIn;
let issuer: string;

async function boot(): Promise<void> {
  store = openStore(join(folder, 'state.sqlite'));
  oidc = await startOidc({ store, ...SETTINGS });
  issuer = oidc.issuer;
}
async function shutDown(): Promise<void> {
  await oidc.stop();
  store.close();
}
beforeAll(boot);
afterAll(async () => {
  await shutDown();
  rmSync(folder, { recursive: true });
});

async function control(action: string, fields: object): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(`${oidc.control}/${action}`, { method: 'POST', body: JSON.stringify(fields) });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}
/** Each call fetches the keys anew, as a verifier without a cache would. */
const verify = (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL('.well-known/jwks.json', issuer)), { issuer }).then(
    () => 'valid',
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  );
const kidOf = (token: string) => decodeProtectedHeader(token).kid;

describe('a restart', () => {
  it('keeps the issuer, the keys, the session of a browser, and what was used before', async () => {
    const browser = new Browser(issuer);
    const first = await tokensOf(issuer, 'ann@example.com', browser);
    const second = await refresh(issuer, first.body.refresh_token);
    const before = issuer;
    await shutDown();
    await boot();
    expect(issuer).toBe(before);
    // The first request may still meet a connection of before.
    await expect.poll(() => verify(first.body.id_token)).toBe('valid');
    expect((await browser.go(beginLogin(issuer).url)).leftFor?.searchParams.get('code')).toBeTruthy();
    const third = await refresh(issuer, second.body.refresh_token);
    expect(third.status).toBe(200);
    expect((await refresh(issuer, first.body.refresh_token)).body.error).toBe('invalid_grant');
    expect((await refresh(issuer, third.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('takes another port when the old one is in use', async () => {
    const other = await startOidc({ store, ...SETTINGS });
    expect(other.issuer).not.toBe(issuer);
    await other.stop();
  });
});

describe('rotated keys', () => {
  it('sign from then on, while the old ones go on verifying until they are dropped', async () => {
    const browser = new Browser(issuer);
    const old = (await tokensOf(issuer, 'ann@example.com', browser)).body;
    const { body } = await control('rotate_keys', {});
    const fresh = (await refresh(issuer, old.refresh_token)).body;
    expect(kidOf(fresh.access_token)).not.toBe(kidOf(old.access_token));
    expect(body['kids']).toEqual([kidOf(fresh.access_token), kidOf(old.access_token)]);
    expect(await Promise.all([verify(old.access_token), verify(fresh.access_token)])).toEqual(['valid', 'valid']);
    await control('rotate_keys', { drop_old: true });
    expect(await verify(fresh.access_token)).toBe('ERR_JWKS_NO_MATCHING_KEY');
    const last = await tokensOf(issuer, 'ann@example.com', new Browser(issuer));
    expect(await verify(last.body.id_token)).toBe('valid');
    expect(
      (await signIn(browser, beginLogin(issuer, { prompt: 'login' }), 'ann@example.com')).get('code'),
    ).toBeTruthy();
  });
});

describe('a fault', () => {
  it('takes the keys down and brings them back', async () => {
    const { body } = await tokensOf(issuer, 'ann@example.com');
    await control('jwks', { down: true });
    expect((await fetch(`${issuer}.well-known/jwks.json`)).status).toBe(503);
    await control('jwks', { down: false });
    expect(await verify(body.id_token)).toBe('valid');
  });

  it('at the token endpoint meets as many requests as it was told to', async () => {
    const { body } = await tokensOf(issuer, 'ann@example.com');
    await control('token', { fault: 'error', times: 2 });
    const statuses = [];
    for (let tries = 0; tries < 3; tries += 1) statuses.push((await refresh(issuer, body.refresh_token)).status);
    expect(statuses).toEqual([500, 500, 200]);
  });

  it('hangs before the work or after it: a refresh token is then unused, or used', async () => {
    const ask = (refreshToken: string) =>
      fetch(`${issuer}oauth/token`, {
        method: 'POST',
        signal: AbortSignal.timeout(400),
        body: new URLSearchParams({
          grant_type: 'refresh_token',
          client_id: 'web',
          client_secret: 'web-secret',
          refresh_token: refreshToken,
        }),
      });
    const { body } = await tokensOf(issuer, 'ann@example.com');
    await control('token', { fault: 'hang' });
    await expect(ask(body.refresh_token)).rejects.toThrow('timeout');
    const next = await refresh(issuer, body.refresh_token);
    expect(next.status).toBe(200);
    await control('token', { fault: 'act_then_hang' });
    await expect(ask(next.body.refresh_token)).rejects.toThrow('timeout');
    expect((await refresh(issuer, next.body.refresh_token)).body.error).toBe('invalid_grant');
  });

  it('is refused when it is none', async () => {
    expect((await control('token', { fault: 'explode' })).status).toBe(400);
    expect((await control('token', { fault: 'error', times: 0 })).status).toBe(400);
    expect((await control('jwks', {})).status).toBe(400);
    expect((await control('nothing', {})).status).toBe(404);
  });
});

it('revokes every grant and session of a person and of nobody else; access tokens live out their time', async () => {
  const browser = new Browser(issuer);
  const mine = await tokensOf(issuer, 'carol@example.com', browser);
  const other = await tokensOf(issuer, 'dave@example.com');
  expect(Number((await control('revoke', { email: 'carol@example.com' })).body['revoked'])).toBeGreaterThan(0);
  expect((await refresh(issuer, mine.body.refresh_token)).body.error).toBe('invalid_grant');
  const userinfo = await fetch(`${issuer}userinfo`, { headers: { authorization: `Bearer ${mine.body.access_token}` } });
  expect(userinfo.status).toBe(200);
  expect((await browser.go(beginLogin(issuer).url)).html).toContain('<form');
  expect((await refresh(issuer, other.body.refresh_token)).status).toBe(200);
});

it('counts what is asked of the keys and of the token endpoint', async () => {
  const count = async () => (await (await fetch(`${oidc.control}/requests`)).json()) as { jwks: number; token: number };
  const before = await count();
  const { body } = await tokensOf(issuer, 'ann@example.com');
  await verify(body.id_token);
  expect(await count()).toEqual({ jwks: before.jwks + 1, token: before.token + 1 });
});
