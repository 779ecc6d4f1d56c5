import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { ApiProblem } from '../../dev/client/visitor.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { openModel } from '../../dev/oidc/model.ts';
import { askToken } from '../../dev/oidc/rig.ts';
import { openStore } from '../../dev/store.ts';
import { open } from '../../domain/secret/cipher.ts';
import { importDataKeys } from '../../domain/secret/key.ts';
import { ATTEMPT_COOKIE } from '../../worker/auth0/attempt.ts';
import { SESSION_COOKIE } from '../../worker/auth/cookie.ts';
import { loginUrl, newEmail, sessionOf, signInByEmail, signInUpTo, type SessionRow } from '../harness/auth0.ts';
import { withClient } from '../harness/database.ts';
import { digestRows } from '../harness/digest.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';
import { WebBrowser } from '../harness/web_browser.ts';

const STATE_INVALID = { status: 400, body: { code: 'auth.state_invalid' } };

let site: MintedSite;
let other: MintedSite;
beforeAll(async () => {
  [site, other] = await Promise.all([mintSite(), mintSite()]);
});

const asked = (browser: WebBrowser, { origin, pathname, search }: URL) =>
  browser.api<ApiProblem>(origin, 'GET', `${pathname.replace('/api/v1', '')}${search}`);

/** A sign-in that is ready to be completed, by the browser that began it. */
async function ready() {
  const browser = new WebBrowser();
  const url = await signInUpTo(browser, site.url, newEmail(), 'complete');
  const attempt = browser.cookie(site.url, ATTEMPT_COOKIE) ?? '';
  const withAttempt = (value: string | undefined, origin = site.url) => {
    const made = new WebBrowser();
    made.setCookie(origin, ATTEMPT_COOKIE, value);
    return made;
  };
  return { browser, url, attempt, withAttempt };
}

it('completes a sign-in only in the browser that began it, on its host, with its state', async () => {
  const { browser, url, attempt, withAttempt } = await ready();
  const second = await ready();
  const before = await digestRows([site.siteId, other.siteId]);
  const change = (name: string, value: string | null) => {
    const changed = new URL(url);
    if (value === null) changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
    return changed;
  };
  const onOther = new URL(url);
  onOther.host = new URL(other.url).host;
  const state = url.searchParams.get('state') ?? '';
  const attempts: [string, WebBrowser, URL][] = [
    ['no cookie', withAttempt(undefined), url],
    ['another attempt of the same site', withAttempt(second.attempt), url],
    ['a changed cookie', withAttempt(`${attempt.slice(0, -2)}AA`), url],
    ['a cookie of no form', withAttempt('1.2.3'), url],
    ['the cookie on another site', withAttempt(attempt, other.url), onOther],
    ['a changed state', withAttempt(attempt), change('state', `${state}A`)],
    ['no state', withAttempt(attempt), change('state', null)],
    ['another one’s state', withAttempt(attempt), change('state', second.url.searchParams.get('state'))],
  ];
  for (const [name, who, where] of attempts) {
    expect({ name, ...(await asked(who, where)) }).toMatchObject({ name, ...STATE_INVALID });
    expect(who.cookie(site.url, SESSION_COOKIE)).toBeUndefined();
  }
  expect(await digestRows([site.siteId, other.siteId])).toEqual(before);
  expect((await browser.open(url)).url.href).toBe(`${site.url}/`);
});

it('tells a browser in words, and forgets the attempt', async () => {
  const { url, attempt, withAttempt } = await ready();
  const browser = withAttempt(attempt);
  const changed = new URL(url);
  changed.searchParams.set('state', 'x');
  expect((await browser.open(changed)).url.href).toBe(`${site.url}/?sign_in_error=auth.state_invalid`);
  expect(browser.cookie(site.url, ATTEMPT_COOKIE)).toBeUndefined();
  expect(await asked(browser, url)).toMatchObject(STATE_INVALID);
});

it('takes a code once, also when the cookie is kept', async () => {
  const { browser, url, attempt } = await ready();
  expect((await browser.open(url)).url.href).toBe(`${site.url}/`);
  const session = await sessionOf(browser, site.url);
  expect(await asked(browser, url)).toMatchObject(STATE_INVALID);
  browser.setCookie(site.url, ATTEMPT_COOKIE, attempt);
  expect(await asked(browser, url)).toMatchObject({ status: 403, body: { code: 'auth.declined' } });
  expect(await sessionOf(browser, site.url)).toMatchObject({ id: session.id, revoked_at: null });
});

it('hands a code to no host but the one that a genuine state names, while it is a site', async () => {
  const { platform } = useStack();
  const browser = new WebBrowser();
  const url = await signInUpTo(browser, site.url, newEmail(), 'callback');
  expect(url.origin).toBe(platform.url);
  const state = url.searchParams.get('state') ?? '';
  const [text = '', mac = ''] = state.split('.');
  const content = JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
  const forged = Buffer.from(JSON.stringify({ ...content, host: 'evil.test' })).toString('base64url');
  for (const wrong of [`${forged}.${mac}`, text, '', `${text}.${'A'.repeat(43)}`]) {
    const changed = new URL(url);
    changed.searchParams.set('state', wrong);
    expect(await asked(browser, changed)).toMatchObject(STATE_INVALID);
  }
  const elsewhere = new URL(url);
  elsewhere.searchParams.set('iss', 'https://evil.test/');
  expect(await asked(browser, elsewhere)).toMatchObject(STATE_INVALID);

  const onSite = new URL(url);
  onSite.host = new URL(site.url).host;
  expect(await asked(browser, onSite)).toMatchObject({ status: 404, body: { code: 'request.not_found' } });

  const gone = await mintSite();
  const late = await signInUpTo(browser, gone.url, newEmail(), 'callback');
  await withClient('superuser', (client) =>
    client.query("update site_domains set state = 'removed' where site_id = $1", [gone.siteId]),
  );
  expect(await asked(browser, late)).toMatchObject({ status: 421, body: { code: 'host.unknown' } });
  expect((await browser.open(late)).url.href).toBe(`${platform.url}/?sign_in_error=host.unknown`);

  const passed = await browser.open(url, { stopAt: () => true });
  expect(passed.next?.href.startsWith(`${site.url}/api/v1/auth/complete?`)).toBe(true);
});

it('signs out here and at Auth0, by way of the platform, and back', async () => {
  const [browser, email] = [new WebBrowser(), newEmail()];
  await signInByEmail(browser, site.url, email);
  const old = browser.cookie(site.url, SESSION_COOKIE);
  const answer = await browser.api<{ logout_url: string }>(site.url, 'POST', '/auth/logout');
  expect(answer.status).toBe(200);
  expect(browser.cookie(site.url, SESSION_COOKIE)).toBeUndefined();
  const thief = new WebBrowser();
  thief.setCookie(site.url, SESSION_COOKIE, old);
  expect((await thief.api(site.url, 'GET', '/me')).status).toBe(401);
  const back = await browser.open(answer.body.logout_url);
  expect(back.url.href).toBe(`${site.url}/`);
  // A state of one kind does not serve as the other.
  const returnTo = new URL(new URL(answer.body.logout_url).searchParams.get('returnTo') ?? '');
  const state = returnTo.searchParams.get('logout') ?? '';
  const mixed = new URL(`${returnTo.origin}${returnTo.pathname}?code=x&state=${state}`);
  expect(await asked(browser, mixed)).toMatchObject(STATE_INVALID);
  const login = await browser.open(loginUrl(site.url), { stopAt: () => true });
  const reversed = new URL(`${returnTo.origin}${returnTo.pathname}`);
  reversed.searchParams.set('logout', login.next?.searchParams.get('state') ?? '');
  expect(await asked(browser, reversed)).toMatchObject(STATE_INVALID);
  // Without a session, or with a wallet's, there is nothing to do at Auth0.
  expect((await browser.api(site.url, 'POST', '/auth/logout')).status).toBe(204);
});

it('ends the refresh tokens at Auth0 of sessions that end here', async () => {
  const email = newEmail();
  const [here, there] = [new WebBrowser(), new WebBrowser()];
  for (const browser of [here, there]) await signInByEmail(browser, site.url, email);
  const held = await Promise.all([here, there].map(async (browser) => tokenOf(await sessionOf(browser, site.url))));
  const { clientId, clientSecret } = useStack().oidc.clients.web;
  const client = { grant_type: 'refresh_token', client_id: clientId, client_secret: clientSecret };
  expect((await here.api(site.url, 'DELETE', '/me/sessions')).status).toBe(204);
  expect((await here.api(site.url, 'POST', '/auth/logout')).status).toBe(200);
  for (const refresh_token of held) {
    // Asked only once it is gone: asking before that would use it up.
    await waitFor('the revocation', async () => ((await isStored(refresh_token)) ? undefined : true));
    const answer = await askToken(useStack().oidc.issuer, { ...client, refresh_token });
    expect([answer.status, answer.body.error]).toEqual([403, 'invalid_grant']);
  }
});

/** The refresh token of a session, opened as the Worker opens it. */
async function tokenOf({ site_id, id, refresh_token }: SessionRow): Promise<string> {
  const secrets = JSON.parse(await readFile(join(useStack().folder, 'secrets.json'), 'utf8')) as { dataKey: string };
  const keys = await importDataKeys({ DATA_KEY_1: secrets.dataKey });
  const place = { table: 'sessions', column: 'refresh_token', siteId: site_id, rowId: id };
  return (JSON.parse(await open(keys, place, refresh_token ?? '')) as { token: string }).token;
}

/** Whether the provider still knows a refresh token. */
function isStored(token: string): Promise<boolean> {
  const store = openStore(join(useStack().folder, 'standins.sqlite'));
  try {
    return Promise.resolve(openModel(store, 'RefreshToken').get(token) !== undefined);
  } finally {
    store.close();
  }
}
