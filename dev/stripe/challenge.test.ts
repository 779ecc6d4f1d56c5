import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchChromium } from '../../test/browser/launch.ts';
import { listen } from './listen.ts';
import type { Listener } from './listen.ts';
import { bootRig } from './rig.ts';
import type { Rig } from './rig.ts';

let rig: Rig;
let shop: Listener;
let browser: Browser;
beforeAll(async () => {
  rig = await bootRig();
  shop = await listen(0, async (call) => {
    const intent = await rig.stripe.paymentIntents.create({ amount: 20_000, currency: 'usd' });
    const locale = call.url.pathname.slice(1);
    return {
      status: 200,
      headers: { 'content-type': 'text/html; charset=utf-8' },
      body: shopPage(rig.standIn.url, intent.client_secret ?? '', locale),
    };
  });
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await shop.stop();
  await rig[Symbol.asyncDispose]();
});

// A shop as small as it can be: the outcome of the payment becomes its text.
function shopPage(stripeUrl: string, clientSecret: string, locale: string): string {
  return `<!doctype html><html lang="en"><title>Shop</title><div id="place"></div><button>Pay</button><output></output>
    <script src="${stripeUrl}/stripe.js"></script><script>
      const stripe = Stripe('pk_test_rig', { locale: '${locale}' });
      const elements = stripe.elements({ clientSecret: '${clientSecret}' });
      elements.create('payment').mount('#place');
      document.querySelector('button').onclick = async () => {
        const { error, paymentIntent } = await stripe.confirmPayment({ elements, redirect: 'if_required' });
        document.querySelector('output').textContent = error ? error.code + ': ' + error.message : paymentIntent.status;
      };
    </script></html>`;
}

async function payAndPress(
  page: Page,
  locale: string,
  fields: [string, string, string],
  button: string,
): Promise<string> {
  await page.goto(`${shop.url}/${locale}`);
  const form = page.frameLocator('iframe[title="Secure payment input frame"]');
  for (const [label, value] of [
    [fields[0], '4000 0000 0000 3220'],
    [fields[1], '12 / 40'],
    [fields[2], '123'],
  ] as const) {
    await form.getByLabel(label).fill(value);
  }
  await page.getByRole('button', { name: 'Pay' }).click();
  await page.frameLocator('iframe[title="3D Secure"]').getByRole('button', { name: button }).click();
  const output = page.locator('output');
  await output.filter({ hasText: /./ }).waitFor();
  expect(await page.locator('iframe[title="3D Secure"]').count()).toBe(0);
  return output.innerText();
}

test('the script takes the buyer through 3-D Secure in a dialog, and says how it ended', async () => {
  const page = await browser.newPage();
  const labels: [string, string, string] = ['Card number', 'Expiration date', 'Security code'];
  expect(await payAndPress(page, 'en', labels, 'Complete authentication')).toBe('succeeded');
  expect(await payAndPress(page, 'en', labels, 'Fail authentication')).toContain(
    'payment_intent_authentication_failure: We are unable to authenticate',
  );
  expect(await payAndPress(page, 'zh', ['卡号', '有效期', '安全码'], '验证失败')).toContain('我们无法验证您的付款方式');
});
