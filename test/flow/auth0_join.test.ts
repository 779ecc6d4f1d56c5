import { expect, it } from 'vitest';
import { generatePrivateKey } from 'viem/accounts';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import { SESSION_COOKIE } from '../../worker/auth/cookie.ts';
import type { Me } from '../../worker/me/shape.ts';
import { loginUrl, newEmail, sessionOf, signInByEmail, signInUpTo, trailOf } from '../harness/auth0.ts';
import { withClient } from '../harness/database.ts';
import { digestRows } from '../harness/digest.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { WebBrowser } from '../harness/web_browser.ts';

/** A browser in which somebody signed in with a wallet. */
async function withWallet(site: MintedSite, key = generatePrivateKey()) {
  const visitor = new ApiVisitor(site.url);
  const me = await visitor.signIn(key);
  const browser = new WebBrowser();
  browser.setCookie(site.url, SESSION_COOKIE, new RegExp(`${SESSION_COOKIE}=([^;]+)`).exec(visitor.cookie)?.[1]);
  return { browser, me, key };
}

const join = { join: '1', return_to: '/terms' };
const me = async (browser: WebBrowser, site: MintedSite) => (await browser.api<Me>(site.url, 'GET', '/me')).body;
const sql = (text: string, values: unknown[]) => withClient('superuser', (client) => client.query(text, values));

it('adds an e-mail sign-in to a wallet’s account: both lead to the same person from then on', async () => {
  const site = await mintSite();
  const email = newEmail();
  const one = await withWallet(site);
  const old = await sessionOf(one.browser, site.url);
  const page = await signInByEmail(one.browser, site.url, email, join);
  expect(page.url.href).toBe(`${site.url}/terms`);
  expect(await me(one.browser, site)).toMatchObject({ id: one.me.id, email, wallets: one.me.wallets });
  expect(await trailOf(one.me.id)).toEqual(['signed_in wallet', 'identity_joined auth0', 'signed_in auth0']);
  const { rows } = await sql('select end_reason from sessions where id = $1', [old.id]);
  expect(rows).toEqual([{ end_reason: 'replaced' }]);
  const elsewhere = new WebBrowser();
  await signInByEmail(elsewhere, site.url, email);
  expect((await me(elsewhere, site)).id).toBe(one.me.id);
  expect((await new ApiVisitor(site.url).signIn(one.key)).id).toBe(one.me.id);
  // Once more changes nothing.
  await signInByEmail(one.browser, site.url, email, join);
  expect((await me(one.browser, site)).id).toBe(one.me.id);
});

it('takes the identity of an empty account and closes that one', async () => {
  const site = await mintSite();
  const email = newEmail();
  const empty = new WebBrowser();
  await signInByEmail(empty, site.url, email);
  const other = await sessionOf(empty, site.url);
  const one = await withWallet(site);
  await signInByEmail(one.browser, site.url, email, join);
  expect(await me(one.browser, site)).toMatchObject({ id: one.me.id, email });
  const { rows } = await sql('select auth0_sub, email, closed_at is not null as closed from users where id = $1', [
    other.user_id,
  ]);
  expect(rows).toEqual([{ auth0_sub: null, email: null, closed: true }]);
  expect((await empty.api(site.url, 'GET', '/me')).status).toBe(401);
  const ended = await sql('select end_reason, refresh_token from sessions where id = $1', [other.id]);
  expect(ended.rows).toEqual([{ end_reason: 'joined', refresh_token: null }]);
});

it('closes no account that has something, and writes nothing then', async () => {
  const site = await mintSite();
  const held = {
    wallet: `insert into wallets (site_id, id, user_id, address, is_primary, verified_at)
      values ($1, gen_random_uuid(), $2::uuid, '0x' || lpad(md5($2::uuid::text), 40, '0'), true, app.now())`,
    customer: `update referrals set referrer_id = $2 where site_id = $1 and user_id = (
      select user_id from referrals where site_id = $1 and user_id <> $2 and agent_status = 'active' limit 1)`,
    agency: `update referrals set agent_status = 'suspended' where site_id = $1 and user_id = $2`,
    sanction: `update users set status = 'restricted' where site_id = $1 and id = $2`,
  };
  for (const [what, text] of Object.entries(held)) {
    const email = newEmail();
    const holder = new WebBrowser();
    await signInByEmail(holder, site.url, email);
    const { user_id } = await sessionOf(holder, site.url);
    await sql(text, [site.siteId, user_id]);
    const one = await withWallet(site);
    const url = await signInUpTo(one.browser, site.url, email, 'complete', join);
    const before = await digestRows([site.siteId]);
    const page = await one.browser.open(url);
    expect({ what, at: page.url.href }).toEqual({ what, at: `${site.url}/?sign_in_error=auth.identity_taken` });
    expect(await digestRows([site.siteId])).toEqual(before);
    expect((await me(one.browser, site)).id).toBe(one.me.id);
  }
});

it('wants proof of both: a session that signed in just now, the same one until the end, and Auth0’s page', async () => {
  const site = await mintSite();
  const refusal = async (browser: WebBrowser) =>
    (await browser.api<ApiProblem>(site.url, 'GET', `/auth/login?${new URLSearchParams(join).toString()}`)).body.code;
  expect(await refusal(new WebBrowser())).toBe('auth.required');
  const stale = await withWallet(site);
  await sql("update sessions set created_at = app.now() - interval '16 minutes' where user_id = $1", [stale.me.id]);
  expect(await refusal(stale.browser)).toBe('auth.fresh_required');

  const [one, two] = [await withWallet(site), await withWallet(site)];
  const begun = await one.browser.open(loginUrl(site.url, join), { stopAt: () => true });
  const asked = begun.next?.searchParams;
  expect([asked?.get('prompt'), asked?.get('max_age')]).toEqual(['login', '0']);
  const url = await signInUpTo(one.browser, site.url, newEmail(), 'complete', join);
  const before = await digestRows([site.siteId]);
  one.browser.setCookie(site.url, SESSION_COOKIE, two.browser.cookie(site.url, SESSION_COOKIE));
  expect((await one.browser.open(url)).url.href).toBe(`${site.url}/?sign_in_error=auth.state_invalid`);
  expect(await digestRows([site.siteId])).toEqual(before);
});

it('gives no account a second e-mail sign-in, and a suspended one none', async () => {
  const site = await mintSite();
  const one = await withWallet(site);
  await signInByEmail(one.browser, site.url, newEmail(), join);
  const page = await signInByEmail(one.browser, site.url, newEmail(), join);
  expect(page.url.href).toBe(`${site.url}/?sign_in_error=auth.identity_taken`);
  const two = await withWallet(site);
  await sql("update users set status = 'suspended' where id = $1", [two.me.id]);
  const refused = await signInByEmail(two.browser, site.url, newEmail(), join);
  expect(refused.url.href).toBe(`${site.url}/?sign_in_error=user.suspended`);
});
