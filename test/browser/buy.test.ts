import type { Browser } from 'playwright-core';
import { generatePrivateKey } from 'viem/accounts';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitFor } from '../../dev/client/wait.ts';
import { useStack } from '../harness/stack.ts';
import { keepForDocs } from './audit.ts';
import { approveDueRelease, expectCommission, watchCharge } from './beyond.ts';
import { launchChromium } from './launch.ts';
import { CHINESE, ENGLISH, fillOrder, payWith, placeOrder } from './purchase.ts';
import { visit } from './visit.ts';

const GOOD_CARD = '4242 4242 4242 4242';
const DECLINED_CARD = '4000 0000 0000 0002';

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

function urlOf(code: string): string {
  const found = useStack().sites.find((site) => site.code === code);
  if (found === undefined) throw new TypeError(`the demo has no site ${code}`);
  return found.url;
}

it('sells on a site in dollars, from an agent’s link to delivered tokens', async () => {
  const url = urlOf('na');
  const [, agent] = useStack().demo.agents;
  await visit(browser, url, { privateKey: generatePrivateKey(), timezoneId: 'America/Chicago' }, async (guest) => {
    const { page, audit } = guest;
    await page.goto(`${url}/?ref=${agent?.referralCodes?.['na'] ?? ''}`);
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await page.locator('article h3').allTextContents()).toEqual(['Seed', 'Growth']);
    await audit('na-1-home');
    await keepForDocs(page, 'storefront', 800);

    await fillOrder(page, ENGLISH, 'Seed');
    const summary = page.getByRole('region', { name: 'Summary' }).locator('dl');
    await summary.getByText('$200.00').waitFor();
    await summary.getByText('2,500 NAT').waitFor();
    await audit('na-2-order-form');
    const orderId = await placeOrder(page, ENGLISH);
    await audit('na-3-payment');

    await payWith(page, ENGLISH, GOOD_CARD);
    await page.getByText('Thank you. Your tokens are yours').waitFor();
    const steps = page.getByRole('region', { name: 'What happens' });
    await steps.getByText('Tokens set aside for you').waitFor();
    await steps.getByText('Due, waiting for approval').waitFor();
    await expectCommission(url, agent?.privateKey ?? '', orderId, '2400');

    await approveDueRelease('na', orderId);
    await waitFor('the delivery, on the page', async () => {
      await page.reload();
      await steps.getByText('Tokens set aside for you').waitFor();
      return (await steps.getByText('Delivered').count()) === 1 || undefined;
    });
    await audit('na-4-paid');
    await keepForDocs(page, 'paid-order', 860);

    await page.getByRole('link', { name: 'See all your tokens' }).click();
    await page.getByRole('heading', { name: 'Your tokens', exact: true }).waitFor();
    expect(await page.locator('dl.figures').innerText()).toMatch(/^Delivered\s+500\s+NAT[^]*Locked\s+2,000\s+NAT/);
    await page.getByRole('link', { name: '$200.00' }).getByText('Paid').waitFor();
    await audit('na-5-account');
  });
});

it('sells on a site in yen, in Chinese first', async () => {
  const url = urlOf('asia');
  await visit(browser, url, { privateKey: generatePrivateKey(), timezoneId: 'Asia/Shanghai' }, async (guest) => {
    const { page, audit } = guest;
    await page.goto(url);
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.getByText('JP¥15,015').waitFor();
    await audit('asia-1-home');

    await fillOrder(page, CHINESE, '先锋 Pioneer');
    const summary = page.getByRole('region', { name: '订单摘要' }).locator('dl');
    await summary.getByText('JP¥30,030').waitFor();
    await summary.getByText('666.666666 ASIA').waitFor();
    await audit('asia-2-order-form');
    await placeOrder(page, CHINESE);
    await audit('asia-3-payment');

    await payWith(page, CHINESE, GOOD_CARD);
    await page.getByText('谢谢。代币已归您所有').waitFor();
    await page.getByText('代币已为您预留').waitFor();
    await audit('asia-4-paid');

    await page.getByRole('link', { name: '查看我的全部代币' }).click();
    await page.locator('dl.figures').waitFor();
    expect(await page.locator('dl.figures').innerText()).toMatch(
      /^已到账\s+0\s+ASIA[^]*下一笔\s+66.6666…\s+ASIA[^]*锁定中\s+600\s+ASIA/,
    );
    await audit('asia-5-account');

    await page.getByRole('link', { name: 'English' }).click();
    await page.getByRole('heading', { name: 'Your tokens', exact: true }).waitFor();
    await page.getByRole('link', { name: '¥30,030' }).getByText('Paid').waitFor();
  });
});

it('tells a declined card clearly, charges nothing, and takes the next card for the same order', async () => {
  const url = urlOf('na');
  const excuses = [
    {
      reason: 'the provider answers a declined card with 402',
      pattern: /^console error: .*status of 402 .*\/confirm\)$/,
    },
  ];
  const options = { privateKey: generatePrivateKey(), timezoneId: 'America/Chicago', excuses };
  await visit(browser, url, options, async ({ page, audit }) => {
    await page.goto(url);
    await fillOrder(page, ENGLISH, 'Growth');
    const orderId = await placeOrder(page, ENGLISH);
    const chargedMinor = await watchCharge(page, orderId);
    await payWith(page, ENGLISH, DECLINED_CARD);
    await page.getByRole('alert').getByText('Your card was declined. Nothing was charged').waitFor();
    await page.getByText('Waiting for payment').first().waitFor();
    expect(await chargedMinor()).toBe(0);
    await audit('na-6-declined');

    await payWith(page, ENGLISH, GOOD_CARD);
    await page.getByText('Thank you. Your tokens are yours').waitFor();
    expect(await chargedMinor()).toBe(50_100);
  });
});

it('lets a buyer give an unpaid order up after one question, and order again', async () => {
  const url = urlOf('na');
  await visit(browser, url, { privateKey: generatePrivateKey(), timezoneId: 'America/Chicago' }, async (guest) => {
    const { page, audit } = guest;
    await page.goto(url);
    await fillOrder(page, ENGLISH, 'Seed');
    await placeOrder(page, ENGLISH);
    await page.getByRole('button', { name: 'Cancel this order' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel this order?' });
    await audit('na-7-cancel');
    await dialog.getByRole('button', { name: 'Keep it' }).click();
    await page.getByRole('button', { name: ENGLISH.pay }).waitFor();

    await page.getByRole('button', { name: 'Cancel this order' }).click();
    await dialog.getByRole('button', { name: 'Cancel this order' }).click();
    await page.getByText('This order was cancelled. Nothing was charged.').waitFor();
    await audit('na-8-cancelled');
    await page.getByRole('link', { name: 'Order again' }).click();
    await page.getByRole('button', { name: ENGLISH.place }).waitFor();
  });
});

it('signs an operator in on the platform host, and says so', async () => {
  const { platform, demo } = useStack();
  const privateKey = demo.operators[0]?.privateKey ?? '';
  await visit(browser, platform.url, { privateKey, timezoneId: 'Europe/Berlin' }, async ({ page, audit }) => {
    await page.goto(platform.url);
    await page.getByRole('heading', { name: 'Operators sign in here' }).waitFor();
    await page.getByRole('button', { name: ENGLISH.wallet }).waitFor();
    await audit('platform-1-home');
    await page.getByRole('button', { name: ENGLISH.wallet }).click();
    await page.getByText('You are signed in.').waitFor();
    await audit('platform-2-signed-in');
    await page.reload();
    await page.getByText('You are signed in.').waitFor();
  });
});
