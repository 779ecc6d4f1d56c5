import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { generatePrivateKey } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mintSite } from '../harness/site.ts';
import { launchChromium } from './launch.ts';
import { visit } from './visit.ts';

const WALLET = 'Continue with Test Wallet';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const short = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`;

/** The header's button that says who is signed in. */
const menuOf = (page: Page, name: string) => page.getByRole('button', { name: `Signed in as ${name}` });

it('opens the front page with at most 25 kB of script', async () => {
  const { url } = await mintSite({ token: 'asia' });
  await visit(browser, url, { privateKey: generatePrivateKey() }, async ({ page }) => {
    const bytes: Promise<number>[] = [];
    page.on('response', (response) => {
      if (response.request().resourceType() !== 'script') return;
      bytes.push(response.body().then((body) => gzipSync(body).length));
    });
    await page.goto(url, { waitUntil: 'networkidle' });
    const all = await Promise.all(bytes);
    expect(all.length).toBeGreaterThan(1);
    expect(all.reduce((sum, one) => sum + one, 0)).toBeLessThanOrEqual(25_000);
  });
});

it('signs a wallet in, says who is signed in on every page, and signs out', async () => {
  const { url } = await mintSite();
  await visit(browser, url, { privateKey: generatePrivateKey() }, async ({ page, address, audit }) => {
    await page.goto(url);
    await page.getByRole('link', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: WALLET }).waitFor();
    await audit('identity-1-sign-in');
    await page.getByRole('button', { name: WALLET }).click();
    await menuOf(page, short(address)).click();
    await page.getByRole('link', { name: 'Sign-in and security' }).first().waitFor();
    await audit('identity-2-menu');
    await page.keyboard.press('Escape');
    await menuOf(page, short(address)).click();
    await page.locator('#account-menu').getByRole('link', { name: 'Sign-in and security' }).click();
    await page.getByRole('heading', { name: 'Wallets' }).waitFor();
    await page.goto(url);
    await menuOf(page, short(address)).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await page.goto(`${url}/account`);
    await page.getByRole('button', { name: WALLET }).waitFor();
  });
});

it('keeps acting for who signed in when the wallet changes its account, and switches when asked to', async () => {
  const { url } = await mintSite();
  const options = { privateKey: generatePrivateKey(), moreKeys: [generatePrivateKey()] };
  await visit(browser, url, options, async ({ page, wallet, audit }) => {
    const [first = '', second = ''] = wallet.addresses;
    await page.goto(`${url}/account`);
    await page.getByRole('button', { name: WALLET }).click();
    await menuOf(page, short(first)).waitFor();

    await wallet.use(second);
    await page.getByText(`Your wallet is now set to ${short(second)}.`).waitFor();
    await menuOf(page, short(first)).waitFor();
    await audit('identity-3-account-change');
    await page.getByRole('button', { name: 'Stay signed in' }).click();
    await page.getByText('Your wallet is now set to').waitFor({ state: 'detached' });
    expect(
      await page.evaluate(`fetch('/api/v1/me').then((answer) => answer.json()).then((me) => me.wallets[0].address)`),
    ).toBe(first);

    await page.reload();
    await page.getByRole('button', { name: `Switch to ${short(second)}` }).click();
    await menuOf(page, short(second)).waitFor();
    expect(await page.getByText('Your wallet is now set to').count()).toBe(0);
  });
});

it('tells of a sign-in that failed on its way back, once, in the page’s language', async () => {
  const { url } = await mintSite({ token: 'asia' });
  await visit(browser, url, { privateKey: generatePrivateKey() }, async ({ page, audit }) => {
    await page.goto(`${url}/account?sign_in_error=auth.declined`);
    await page.getByRole('alert').getByText('登录已取消或被拒绝').waitFor();
    await audit('identity-4-sign-in-error');
    // Written by the server already, the words are there before the page's script has cleaned the address.
    await page.waitForURL((address) => address.search === '');
    await page.goto(`${url}/?sign_in_error=%3Cb%3E`);
    await page.getByRole('alert').getByText('登录未成功，请再试一次').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: '购买流程' }).waitFor();
    expect(await page.getByText('登录未成功').count()).toBe(0);
  });
});
