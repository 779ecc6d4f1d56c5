import { afterEach, expect, it } from 'vitest';
import { waitFor } from '../../dev/client/wait.ts';
import { SESSION_COOKIE } from '../../worker/auth/cookie.ts';
import {
  blockAtProvider,
  control,
  newEmail,
  sessionOf,
  sessionRow,
  signInByEmail,
  signInUpTo,
  tokenRequests,
  trailOf,
} from '../harness/auth0.ts';
import { withClient } from '../harness/database.ts';
import { digestRows } from '../harness/digest.ts';
import { mintSite } from '../harness/site.ts';
import { WebBrowser } from '../harness/web_browser.ts';

afterEach(() => control('token', { fault: 'none' }));

/** Somebody signed in by e-mail, and what is done with their session. */
async function signedIn() {
  const site = await mintSite();
  const [browser, email] = [new WebBrowser(), newEmail()];
  await signInByEmail(browser, site.url, email);
  const token = browser.cookie(site.url, SESSION_COOKIE);
  const row = () => sessionRow(token);
  const visit = async () => (await browser.api(site.url, 'GET', '/me')).status;
  const makeDue = async () => {
    const { id } = await row();
    await withClient('superuser', (client) =>
      client.query("update sessions set recheck_at = app.now() - interval '1 second' where id = $1", [id]),
    );
  };
  /** Makes the re-check due, comes by, and waits until Auth0 was asked. */
  const recheck = async () => {
    const asked = await tokenRequests();
    await makeDue();
    expect(await visit()).toBe(200);
    await waitFor('the re-check', async () => ((await tokenRequests()) > asked ? true : undefined));
  };
  return { site, browser, email, row, visit, makeDue, recheck };
}

const changed = (one: Awaited<ReturnType<typeof signedIn>>, from: string | null) =>
  waitFor('the rotated token', async () => {
    const { refresh_token } = await one.row();
    return refresh_token === from ? undefined : refresh_token;
  });

it('asks Auth0 once an hour, however many requests come at once, and keeps the rotated token', async () => {
  const one = await signedIn();
  const asked = await tokenRequests();
  expect(await one.visit()).toBe(200);
  const { refresh_token: first } = await one.row();
  await one.makeDue();
  expect(await Promise.all(Array.from({ length: 8 }, () => one.visit()))).toEqual(Array(8).fill(200));
  const second = await changed(one, first);
  expect(await tokenRequests()).toBe(asked + 1);
  expect(Number((await one.row()).recheck_at)).toBeGreaterThan(Date.now() + 3_500_000);
  // The token that was kept is the one that works.
  await one.recheck();
  await changed(one, second);
  expect(await one.visit()).toBe(200);
});

it('ends the session of somebody who was blocked, beside a request that is still answered', async () => {
  const one = await signedIn();
  const { user_id } = await one.row();
  await blockAtProvider(one.email);
  await one.recheck();
  await waitFor('the end', async () => ((await one.row()).revoked_at === null ? undefined : true));
  expect(await one.row()).toMatchObject({ end_reason: 'refused', refresh_token: null });
  expect(await one.visit()).toBe(401);
  expect(await trailOf(user_id)).toEqual(['signed_in auth0', 'session_refused auth0']);
});

it.each(['error', 'hang'] as const)('keeps the session when the token endpoint answers with %s', async (fault) => {
  const one = await signedIn();
  const { refresh_token } = await one.row();
  await control('token', { fault });
  await one.recheck();
  expect(await one.visit()).toBe(200);
  expect(await one.row()).toMatchObject({ refresh_token, revoked_at: null });
  expect(Number((await one.row()).recheck_at)).toBeGreaterThan(Date.now() + 3_500_000);
  await control('token', { fault: 'none' });
  await one.recheck();
  await changed(one, refresh_token);
  expect(await one.visit()).toBe(200);
});

it('keeps a session whose rotated token was lost on the way, until the old one is found used', async () => {
  const one = await signedIn();
  const { refresh_token } = await one.row();
  await control('token', { fault: 'act_then_hang' });
  await one.recheck();
  expect(await one.visit()).toBe(200);
  expect(await one.row()).toMatchObject({ refresh_token, revoked_at: null });
  await one.recheck();
  await waitFor('the end', async () => ((await one.row()).end_reason === 'refused' ? true : undefined));
});

it.each(['error', 'hang', 'act_then_hang'] as const)(
  'opens no session and tries no code twice when the token endpoint answers with %s',
  async (fault) => {
    const site = await mintSite();
    const browser = new WebBrowser();
    const url = await signInUpTo(browser, site.url, newEmail(), 'complete');
    const before = await digestRows([site.siteId]);
    const asked = await tokenRequests();
    await control('token', { fault });
    const page = await browser.open(url);
    expect(page.url.href).toBe(`${site.url}/?sign_in_error=auth.unavailable`);
    expect(await tokenRequests()).toBe(asked + 1);
    expect(browser.cookie(site.url, SESSION_COOKIE)).toBeUndefined();
    expect(await digestRows([site.siteId])).toEqual(before);
    await control('token', { fault: 'none' });
    await signInByEmail(browser, site.url, newEmail());
    expect(await sessionOf(browser, site.url)).toMatchObject({ method: 'auth0' });
  },
);
