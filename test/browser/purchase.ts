import type { Page } from 'playwright-core';

/** The words a buyer looks for, in the language of the site. */
export interface Labels {
  buy: string;
  more: string;
  wallet: string;
  terms: string;
  place: string;
  pay: RegExp;
  cardNumber: string;
  expiry: string;
  securityCode: string;
}

export const ENGLISH: Labels = {
  buy: 'Buy',
  more: 'One unit more',
  wallet: 'Continue with Test Wallet',
  terms: 'I accept the terms of sale',
  place: 'Place order',
  pay: /^Pay \$/,
  cardNumber: 'Card number',
  expiry: 'Expiration date',
  securityCode: 'Security code',
};

export const CHINESE: Labels = {
  buy: '购买',
  more: '增加一份',
  wallet: '使用 Test Wallet 继续',
  terms: '我接受销售条款',
  place: '提交订单',
  pay: /^支付 /,
  cardNumber: '卡号',
  expiry: '有效期',
  securityCode: '安全码',
};

/** From the front page to the order form of a tier, signed in with the wallet, for two units with the terms accepted. */
export async function fillOrder(page: Page, labels: Labels, tier: string): Promise<void> {
  await page.getByRole('link', { name: `${labels.buy} ${tier}` }).click();
  await page.getByRole('button', { name: labels.more }).click();
  await page.getByRole('button', { name: labels.wallet }).click();
  await page.getByLabel(labels.terms).check();
  await page.locator('dl.lines:not(.stale)').waitFor();
  await page.getByRole('button', { name: labels.place }).and(page.locator(':not([aria-disabled])')).waitFor();
}

/** Places the order and waits for the payment form. @returns the order's id */
export async function placeOrder(page: Page, labels: Labels): Promise<string> {
  await page.getByRole('button', { name: labels.place }).click();
  await page.waitForURL('**/orders/*');
  await page.getByRole('button', { name: labels.pay }).waitFor();
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}

/** Types a card into the provider's frame and presses the one button that pays. */
export async function payWith(page: Page, labels: Labels, card: string): Promise<void> {
  const frame = page.frameLocator('iframe[title="Secure payment input frame"]');
  await frame.getByLabel(labels.cardNumber).fill(card);
  await frame.getByLabel(labels.expiry).fill('12 / 34');
  await frame.getByLabel(labels.securityCode).fill('123');
  await page.getByRole('button', { name: labels.pay }).click();
}
