import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { generatePrivateKey } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { withClient } from '../harness/database.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { launchChromium } from './launch.ts';
import { ENGLISH, fillOrder, placeOrder } from './purchase.ts';
import { visit } from './visit.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

async function addCode({ siteId }: MintedSite): Promise<void> {
  await withClient('superuser', (client) =>
    client.query(
      `insert into promo_codes (site_id, id, created_at, code, percent_basis_points, bonus_per_unit_base, minimum_minor)
       values ($1, $2, app.now(), 'EARLY', 1000, 5000000000000000000, 15000)`,
      [siteId, randomUUID()],
    ),
  );
}

it('takes a promo code, says what is wrong with one, and orders at the price it showed', async () => {
  const site = await mintSite();
  await addCode(site);
  const excuses = [{ reason: 'codes that are refused are tried', pattern: /\/orders\/preview/ }];
  await visit(browser, site.url, { privateKey: generatePrivateKey(), excuses }, async ({ page, audit }) => {
    await page.goto(site.url);
    await fillOrder(page, ENGLISH, 'Seed');
    const summary = page.getByRole('region', { name: 'Summary' }).locator('dl:not(.stale)');
    await summary.getByText('$200.00').waitFor();

    await page.getByText('Have a promo code?').click();
    const field = page.getByLabel('Promo code');
    await field.fill('late');
    await field.press('Enter');
    await page.getByText('There is no such promo code.').waitFor();
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    await page.getByRole('button', { name: 'Place order' }).and(page.locator('[aria-disabled]')).waitFor();
    await audit('promo-1-refused');

    await field.fill(' early');
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByText('early is applied.').waitFor();
    await summary.getByText('−$20.00').waitFor();
    await summary.getByText('$180.00').waitFor();
    await summary.getByText('10 NAT', { exact: true }).waitFor();
    await audit('promo-2-applied');

    await page.getByRole('button', { name: 'One unit less' }).click();
    await page.getByText('The order is too small for this promo code.').waitFor();
    await page.getByRole('button', { name: 'Remove the code' }).click();
    await summary.getByText('$100.00').first().waitFor();
    await field.fill('EARLY');
    await page.getByRole('button', { name: 'One unit more' }).click();
    await field.press('Enter');
    await summary.getByText('$180.00').waitFor();

    await placeOrder(page, { ...ENGLISH, pay: /^Pay \$180\.00/ });
  });
});
