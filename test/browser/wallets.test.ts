import type { Browser, Page } from 'playwright-core';
import { generatePrivateKey, privateKeyToAccount } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newBuyer, placeOrder } from '../harness/buyer.ts';
import { withSite } from '../harness/database.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { launchChromium } from './launch.ts';
import { visit } from './visit.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const short = (address: string): string => `${address.slice(0, 6)}…${address.slice(-4)}`;

/** The browser says in its console when a request is refused. */
const refused = (status: number, path: string) => ({
  reason: 'the test has the API refuse this',
  pattern: new RegExp(`^console error: .*status of ${status} .*${path}`),
});

/** Signs in with the wallet on the security page. */
async function enter(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/account/security`);
  await page.getByRole('button', { name: 'Continue with Test Wallet' }).click();
  await page.getByRole('heading', { name: 'Where you are signed in' }).waitFor();
  await page.getByText('This browser').waitFor();
}

/** Has every session of the wallet's owner begin twenty minutes earlier than it did. */
async function ageSessions(site: MintedSite, address: string): Promise<void> {
  await withSite('superuser', site.siteId, (client) =>
    client.query(
      `update sessions set created_at = created_at - interval '20 minutes' where site_id = $1 and user_id =
        (select user_id from wallets where site_id = $1 and address = lower($2))`,
      [site.siteId, address],
    ),
  );
}

it('asks for a fresh sign-in before a wallet is removed, takes none but the account’s own, and goes on', async () => {
  const site = await mintSite();
  const keys = [generatePrivateKey(), generatePrivateKey(), generatePrivateKey()] as const;
  const options = { privateKey: keys[0], moreKeys: keys.slice(1), excuses: [refused(403, '/api/v1/wallets')] };
  await visit(browser, site.url, options, async ({ page, wallet, audit }) => {
    const [first = '', second = '', stranger = ''] = wallet.addresses;
    await enter(page, site.url);
    await page.getByRole('button', { name: 'Connect another wallet' }).click();
    await wallet.use(second);
    await page.getByRole('button', { name: 'Connect Test Wallet' }).click();
    await page.getByText('The wallet is connected.').waitFor();
    await page.getByRole('button', { name: `Make primary: ${short(second)}` }).waitFor();
    await audit('security-2-wallets');

    await ageSessions(site, first);
    await wallet.use(stranger);
    await page.getByRole('button', { name: `Remove ${short(second)}` }).click();
    await audit('security-3-remove');
    await page.getByRole('button', { name: 'Remove wallet' }).click();
    await page.getByText('Sign in again to do this').waitFor();
    await audit('security-4-fresh');
    await page.getByRole('button', { name: 'Sign with Test Wallet' }).click();
    await page.getByText(`Your wallet is set to ${short(stranger)}, but you are signed in as`).waitFor();
    await wallet.use(first);
    await page.getByRole('button', { name: 'Sign with Test Wallet' }).click();
    await page.getByText(`${short(second)} was removed.`).waitFor();
    expect(await page.getByRole('button', { name: `Remove ${short(second)}` }).count()).toBe(0);
  });
});

it('offers the other account when a wallet belongs to one that has ordered, and moves nothing', async () => {
  const site = await mintSite();
  const { url } = site;
  const privateKey = generatePrivateKey();
  const other = await newBuyer(site);
  expect((await placeOrder(other, site)).status).toBe(201);
  const taken = other.privateKey as `0x${string}`;
  const excuses = [refused(409, '/api/v1/wallets')];
  await visit(browser, url, { privateKey, moreKeys: [taken], excuses }, async ({ page, wallet }) => {
    await enter(page, url);
    await page.getByRole('button', { name: 'Connect another wallet' }).click();
    await wallet.use(privateKeyToAccount(taken).address);
    await page.getByRole('button', { name: 'Connect Test Wallet' }).click();
    await page.getByText('This wallet belongs to another account on this site.').waitFor();
    await page.getByRole('button', { name: 'Switch account' }).click();
    await page.getByRole('button', { name: `Signed in as ${short(wallet.addresses[1] ?? '')}` }).waitFor();
  });
});
