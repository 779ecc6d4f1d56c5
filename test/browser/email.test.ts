import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import { generatePrivateKey } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';
import { launchChromium } from './launch.ts';
import { ENGLISH, payWith, placeOrder } from './purchase.ts';
import { visit } from './visit.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

const newEmail = (): string => `buyer-${randomUUID()}@example.org`;

/** From a page's panel through the sign-in page and back. */
async function enter(page: Page, email: string): Promise<void> {
  await page.getByRole('link', { name: 'Continue with e-mail' }).click();
  await page.getByLabel('E-mail address').fill(email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: `Signed in as ${email}` }).waitFor();
}

it('signs in by e-mail on the order form, asks for a wallet, and sells', async () => {
  const { url } = await mintSite();
  const email = newEmail();
  await visit(browser, url, { privateKey: generatePrivateKey() }, async ({ page, address, audit }) => {
    await page.goto(url);
    await page.getByRole('link', { name: 'Buy Seed' }).click();
    await page.waitForURL('**/buy/*');
    const form = page.url();
    await enter(page, email);
    expect(page.url()).toBe(form);
    await page.getByRole('button', { name: 'Connect Test Wallet' }).waitFor();
    await page.getByText('Connect a wallet first.').waitFor();
    await audit('email-1-connect-wallet');
    await page.getByRole('button', { name: 'Connect Test Wallet' }).click();
    await page.getByLabel(address).waitFor();
    await page.getByLabel(ENGLISH.terms).check();
    await page.getByRole('button', { name: ENGLISH.place }).and(page.locator(':not([aria-disabled])')).waitFor();
    await placeOrder(page, ENGLISH);
    await payWith(page, ENGLISH, '4242 4242 4242 4242');
    await page.getByText('Thank you. Your tokens are yours').waitFor();
    await page.goto(`${url}/account/security`);
    await page.getByText('Verified').waitFor();
    await audit('email-2-security');
  });
});

it('is signed in on that site alone, and signs out at the sign-in page too', async () => {
  const [here, there] = [await mintSite(), await mintSite()];
  const email = newEmail();
  const excuses = [
    { reason: 'nobody is signed in there', pattern: /^console error: .*status of 401 .*\/api\/v1\/me\)$/ },
  ];
  const options = { privateKey: generatePrivateKey(), more: [there.url], excuses };
  await visit(browser, here.url, options, async ({ page }) => {
    const status = () => page.evaluate<number>(`fetch('/api/v1/me').then((answer) => answer.status)`);
    await page.goto(`${here.url}/account`);
    await enter(page, email);
    expect(await status()).toBe(200);

    await page.goto(`${there.url}/account`);
    await page.getByRole('link', { name: 'Continue with e-mail' }).waitFor();
    expect(await status()).toBe(401);

    await page.goto(`${here.url}/account`);
    await page.getByRole('button', { name: `Signed in as ${email}` }).click();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in' }).waitFor();
    await page.goto(`${here.url}/account`);
    await page.getByRole('link', { name: 'Continue with e-mail' }).click();
    await page.getByLabel('E-mail address').waitFor();
  });
});

it('tells who cancelled at the sign-in page, and lets them try again', async () => {
  const { url } = await mintSite();
  await visit(browser, url, { privateKey: generatePrivateKey() }, async ({ page }) => {
    await page.goto(`${url}/account`);
    await page.getByRole('link', { name: 'Continue with e-mail' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alert').getByText('You cancelled, or the sign-in was refused.').waitFor();
    // Written by the server already, the words are there before the page's script has cleaned the address.
    await page.waitForURL((address) => address.search === '');
  });
});

it('signs an operator in once for two sites', async () => {
  const { platform } = useStack();
  const privateKey = generatePrivateKey();
  await visit(browser, platform.url, { privateKey }, async ({ page, audit }) => {
    await page.goto(platform.url);
    await enter(page, 'owner@posx.example');
    await page.getByText('You are signed in.').waitFor();
    await audit('platform-3-email');
    for (const site of ['na', 'asia']) {
      const status = await page.evaluate<number>(
        `fetch('/api/v1/admin/${site}/orders?limit=1').then((answer) => answer.status)`,
      );
      expect(status, site).toBe(200);
    }
  });
});
