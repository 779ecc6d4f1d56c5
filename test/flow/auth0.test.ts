import { expect, it } from 'vitest';
import type { ApiProblem } from '../../dev/client/visitor.ts';
import { userIdOf } from '../../dev/oidc/user.ts';
import { SESSION_COOKIE } from '../../worker/auth/cookie.ts';
import type { Me } from '../../worker/me/shape.ts';
import type { SessionList } from '../../worker/session/shape.ts';
import { blockAtProvider, loginUrl, newEmail, sessionOf, signInByEmail, trailOf } from '../harness/auth0.ts';
import { withClient } from '../harness/database.ts';
import { digestRows } from '../harness/digest.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';
import { WebBrowser } from '../harness/web_browser.ts';

const me = (browser: WebBrowser, origin: string) => browser.api<Me>(origin, 'GET', '/me');
const platformId = async () => {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ id: string }>("select id from sites where kind = 'platform'"),
  );
  return rows[0]?.id ?? '';
};

it('signs a newcomer in, who has no wallet, and returns to where they were', async () => {
  const site = await mintSite();
  const [browser, email] = [new WebBrowser(), newEmail()];
  const page = await signInByEmail(browser, site.url, email.toUpperCase(), {
    return_to: '/terms?from=here',
    locale: 'en',
  });
  expect(page.url.href).toBe(`${site.url}/terms?from=here`);
  expect(page.html).not.toContain(email);
  const { body } = await me(browser, site.url);
  expect(body).toMatchObject({ email, wallets: [], locale: 'en', status: 'active' });
  expect(body.referral?.code).toMatch(new RegExp(`^${site.code.toUpperCase()}-`));
  const row = await sessionOf(browser, site.url);
  expect(row).toMatchObject({ method: 'auth0', user_id: body.id });
  expect(Number(row.recheck_at) - Number(row.created_at)).toBe(3_600_000);
  expect(row.refresh_token).toMatch(/^1\.[\w-]{16}\.[\w-]+$/);
  expect(await trailOf(body.id)).toEqual(['signed_in auth0']);
  const { body: sessions } = await browser.api<SessionList>(site.url, 'GET', '/me/sessions');
  expect(sessions.items).toMatchObject([{ method: 'auth0', current: true }]);

  const second = new WebBrowser();
  await signInByEmail(second, site.url, email);
  expect((await me(second, site.url)).body.id).toBe(body.id);
});

it('asks Auth0 for exactly what it should', async () => {
  const site = await mintSite({ site: { locales: ['en', 'zh-CN'], authConnection: 'passkey' } });
  const { next } = await new WebBrowser().open(
    loginUrl(site.url, { locale: 'zh-CN', connection: 'other', return_to: '/' }),
    { stopAt: () => true },
  );
  const { oidc, platform } = useStack();
  expect(next?.href.startsWith(`${oidc.issuer}authorize?`)).toBe(true);
  const asked = Object.fromEntries(next?.searchParams ?? []);
  expect(asked).toMatchObject({
    response_type: 'code',
    client_id: oidc.clients.web.clientId,
    redirect_uri: `${platform.url}/api/v1/auth/callback`,
    scope: 'openid profile email offline_access',
    code_challenge_method: 'S256',
    prompt: 'login',
    connection: 'passkey',
    ui_locales: 'zh-CN en',
  });
  expect(asked['code_challenge']).toMatch(/^[\w-]{43}$/);
  expect(asked['nonce']).toMatch(/^[\w-]{43}$/);
  expect(asked).not.toHaveProperty('max_age');
});

it('makes two people of one address on two sites, asks on each, and lets no session over', async () => {
  const [one, two] = await Promise.all([mintSite(), mintSite()]);
  const [browser, email] = [new WebBrowser(), newEmail()];
  await signInByEmail(browser, one.url, email);
  expect((await me(browser, two.url)).status).toBe(401);
  // The provider knows the browser by now, and must still ask.
  const page = await browser.open(loginUrl(two.url));
  expect(page.url.origin).toBe(new URL(useStack().oidc.issuer).origin);
  await signInByEmail(browser, two.url, email);
  const [here, there] = [await me(browser, one.url), await me(browser, two.url)];
  expect([here.status, there.status]).toEqual([200, 200]);
  expect(here.body.id).not.toBe(there.body.id);
  const stolen = new WebBrowser();
  stolen.setCookie(two.url, SESSION_COOKIE, browser.cookie(one.url, SESSION_COOKIE));
  expect((await me(stolen, two.url)).status).toBe(401);
});

it('spares the page where the site has a client of its own, unless a fresh sign-in is asked for', async () => {
  const { oidc } = useStack();
  const site = await mintSite({ site: { authClientId: oidc.clients.site.clientId } });
  const [browser, email] = [new WebBrowser(), newEmail()];
  await signInByEmail(browser, site.url, email);
  const first = await sessionOf(browser, site.url);
  const again = await browser.open(loginUrl(site.url, { return_to: '/terms' }));
  expect(again.url.href).toBe(`${site.url}/terms`);
  expect(await sessionOf(browser, site.url)).toMatchObject({ user_id: first.user_id });
  const fresh = await browser.open(loginUrl(site.url, { fresh: '1' }));
  expect(fresh.url.origin).toBe(new URL(oidc.issuer).origin);
  expect(fresh.way[1]?.searchParams.get('max_age')).toBe('0');
  expect((await signInByEmail(browser, site.url, email, { fresh: '1' })).url.href).toBe(`${site.url}/`);
});

it('replaces the session a sign-in came with, whoever it was', async () => {
  const site = await mintSite();
  const browser = new WebBrowser();
  await signInByEmail(browser, site.url, newEmail());
  const before = await sessionOf(browser, site.url);
  const old = browser.cookie(site.url, SESSION_COOKIE);
  await signInByEmail(browser, site.url, newEmail());
  const after = await sessionOf(browser, site.url);
  expect(after.user_id).not.toBe(before.user_id);
  const other = new WebBrowser();
  other.setCookie(site.url, SESSION_COOKIE, old);
  expect((await me(other, site.url)).status).toBe(401);
});

it('lets an operator work on two sites with one sign-in on the platform, and on no site’s own host', async () => {
  const { platform } = useStack();
  const browser = new WebBrowser();
  await signInByEmail(browser, platform.url, 'owner@posx.example');
  for (const code of ['na', 'asia']) {
    expect((await browser.api(platform.url, 'GET', `/admin/${code}/orders`)).status).toBe(200);
  }
  const row = await sessionOf(browser, platform.url);
  expect(row).toMatchObject({ method: 'auth0', idle_minutes: 120 });
  const [na] = useStack().sites;
  const stolen = new WebBrowser();
  stolen.setCookie(na?.url ?? '', SESSION_COOKIE, browser.cookie(platform.url, SESSION_COOKIE));
  expect((await me(stolen, na?.url ?? '')).status).toBe(401);
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ auth0_sub: string }>('select auth0_sub from users where id = $1', [row.user_id]),
  );
  expect(rows).toEqual([{ auth0_sub: userIdOf('owner@posx.example') }]);
});

it('turns away from the platform whom nobody appointed, and writes nothing', async () => {
  const { platform } = useStack();
  const ids = [await platformId()];
  const before = await digestRows(ids);
  const browser = new WebBrowser();
  const page = await signInByEmail(browser, platform.url, newEmail());
  expect(page.url.href).toBe(`${platform.url}/?sign_in_error=auth.not_operator`);
  expect(browser.cookie(platform.url, SESSION_COOKIE)).toBeUndefined();
  expect(await digestRows(ids)).toEqual(before);
});

it('says so when a site has no sign-in by e-mail, or a link leads elsewhere', async () => {
  const wallets = await mintSite({ site: { signIn: ['wallet'] } });
  const site = await mintSite();
  const ask = (origin: string, query: Record<string, string>) =>
    new WebBrowser().api<ApiProblem>(origin, 'GET', `/auth/login?${new URLSearchParams(query).toString()}`);
  expect(await ask(wallets.url, {})).toMatchObject({ status: 403, body: { code: 'auth.method' } });
  for (const return_to of ['//evil.test', 'https://evil.test', '/\\evil.test', '/%2Fevil.test', '/%09/evil.test', '']) {
    expect(await ask(site.url, { return_to })).toMatchObject({ status: 400, body: { code: 'request.malformed' } });
  }
  const page = await new WebBrowser().open(loginUrl(site.url, { return_to: '//evil.test' }));
  expect(page.url.href).toBe(`${site.url}/?sign_in_error=request.malformed`);
});

it('tells the page of a sign-in that was cancelled, or of somebody blocked', async () => {
  const site = await mintSite();
  const declined = `${site.url}/?sign_in_error=auth.declined`;
  const browser = new WebBrowser();
  const page = await browser.open(loginUrl(site.url));
  const before = await digestRows([site.siteId]);
  expect((await browser.open(page.url, { form: { action: 'cancel' } })).url.href).toBe(declined);
  const email = newEmail();
  await signInByEmail(new WebBrowser(), (await mintSite()).url, email);
  await blockAtProvider(email);
  expect((await signInByEmail(browser, site.url, email)).url.href).toBe(declined);
  expect(await digestRows([site.siteId])).toEqual(before);
});

it('lets a suspended person in, to read', async () => {
  const site = await mintSite();
  const [browser, email] = [new WebBrowser(), newEmail()];
  await signInByEmail(browser, site.url, email);
  const { user_id } = await sessionOf(browser, site.url);
  await withClient('superuser', (client) =>
    client.query("update users set status = 'suspended' where id = $1", [user_id]),
  );
  await signInByEmail(browser, site.url, email);
  expect((await me(browser, site.url)).body).toMatchObject({ id: user_id, status: 'suspended' });
});
