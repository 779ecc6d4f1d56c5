import type { Browser, Page } from 'playwright-core';
import { generatePrivateKey } from 'viem/accounts';
import { afterAll, beforeAll, it } from 'vitest';
import { mintSite } from '../harness/site.ts';
import { launchChromium } from './launch.ts';
import { visit } from './visit.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

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

it('ends a session elsewhere: the next thing done there asks to sign in', async () => {
  const { url } = await mintSite();
  const privateKey = generatePrivateKey();
  await visit(browser, url, { privateKey, excuses: [refused(401, '/api/v1/')] }, async ({ page: lost }) => {
    await enter(lost, url);
    await visit(browser, url, { privateKey }, async ({ page, audit }) => {
      await enter(page, url);
      await page.getByRole('button', { name: /^End session: Chrome/ }).waitFor();
      await audit('security-1-sessions');
      await page.getByRole('button', { name: /^End session: Chrome/ }).click();
      await page.getByText('The session was ended.').waitFor();
      await page.getByText('You are not signed in anywhere else.').waitFor();
    });
    await lost.getByRole('link', { name: 'Your tokens' }).click();
    await lost.getByText('Your session has ended. Please sign in again.').waitFor();
    await lost.getByRole('button', { name: 'Continue with Test Wallet' }).waitFor();
  });
});
