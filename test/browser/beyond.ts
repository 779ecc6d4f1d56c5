import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { ApiVisitor } from '../../dev/client/visitor.ts';
import type { AdminRelease, ApproveResult } from '../../worker/admin/shape.ts';
import type { Commission } from '../../worker/agent/shape.ts';
import type { Payment } from '../../worker/order/shape.ts';
import { newOperator } from '../harness/operator.ts';
import { useStack } from '../harness/stack.ts';

/** Expects that the holder of `privateKey` earned exactly this on an order, in minor units. */
export async function expectCommission(
  url: string,
  privateKey: string,
  orderId: string,
  amountMinor: string,
): Promise<void> {
  const agent = new ApiVisitor(url);
  await agent.signIn(privateKey);
  const { body } = await agent.get<{ items: Commission[] }>('/agents/commissions?limit=100');
  expect(body.items.filter(({ order_id }) => order_id === orderId)).toMatchObject([
    { level: 1, amount_minor: amountMinor, state: 'hold' },
  ]);
}

/** Approves the order's due release as the site's owner: the payout begins. */
export async function approveDueRelease(site: string, orderId: string): Promise<void> {
  const operator = await newOperator();
  const path = `/admin/${site}/releases`;
  const { body: due } = await operator.get<{ items: AdminRelease[] }>(`${path}?state=due&limit=100`);
  const ids = due.items.filter(({ order_id }) => order_id === orderId).map(({ id }) => id);
  const { body } = await operator.post<ApproveResult>(`${path}/approve`, { release_ids: ids });
  expect(body.results).toMatchObject([{ approved: true }]);
}

/** How to ask the provider what it took for the order on the page so far, in minor units. */
export async function watchCharge(page: Page, orderId: string): Promise<() => Promise<number>> {
  const { stripe } = useStack();
  // Asked again, the API answers with the same payment.
  const { client_secret: secret, account } = await page.evaluate<Payment>(
    `fetch('/api/v1/orders/${orderId}/payment', { method: 'POST', headers: { 'idempotency-key': '${orderId}' } })
      .then((answer) => answer.json())`,
  );
  const [intent = ''] = secret.split('_secret_');
  const headers = {
    authorization: `Bearer ${stripe.secretKey}`,
    ...(account === null ? {} : { 'stripe-account': account }),
  };
  return async () => {
    const { text } = await ask(`${stripe.url}/v1/payment_intents/${intent}`, { headers });
    return (JSON.parse(text) as { amount_received: number }).amount_received;
  };
}
