import { randomUUID } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { ask } from '../../dev/client/http.ts';
import { withClient, withSite } from './database.ts';
import type { MintedSite } from './site.ts';
import { useStack } from './stack.ts';

/** Steers the payment provider's stand-in. @returns the object it changed, where it changed one */
export async function steer<Answer = unknown>(path: string, body: unknown = {}): Promise<Answer> {
  const answer = await ask(`${useStack().stripe.control}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text) as Answer;
}

/** Steers how custody's stand-in deals with transfers to an address. */
export async function steerTransfers(to: string, fate: 'away' | 'held' | 'rejected' | 'normal'): Promise<void> {
  const answer = await ask(`${useStack().custody.control}/transfers`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ to, fate }),
  });
  if (answer.status !== 200) throw new Error(`custody's control answered ${answer.status}: ${answer.text}`);
}

/** Asks the provider's own API as its account's owner may, past the platform. @param form posts it; without one it is read */
export async function atProvider<Answer>(path: string, form?: Record<string, string>): Promise<Answer> {
  const { url, secretKey } = useStack().stripe;
  const answer = await ask(`${url}${path}`, {
    method: form === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${secretKey}`,
      'stripe-version': '2026-10-28.endive',
      'content-type': 'application/x-www-form-urlencoded',
      ...(form === undefined ? {} : { 'idempotency-key': randomUUID() }),
    },
    ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
  });
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${answer.text}`);
  return JSON.parse(answer.text) as Answer;
}

/** Drops all the payment provider's webhooks while `work` runs. */
export async function unheard<Result>(work: () => Promise<Result>): Promise<Result> {
  await steer('/drop', { all: true });
  try {
    return await work();
  } finally {
    await steer('/drop', { all: false });
  }
}

/** The PaymentIntent of an order. */
export async function intentOf(orderId: string): Promise<string> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ intent_id: string }>('select intent_id from payments where order_id = $1', [orderId]),
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the order has no payment');
  return row.intent_id;
}

/** Writes down an operator's wish for a refund, as the operator's role may. @returns the refund's id */
export async function requestRefund(site: MintedSite, orderId: string, amountMinor: bigint): Promise<string> {
  const id = uuid();
  await withSite('operator', site.siteId, (client) =>
    client.query(
      `insert into refunds (site_id, id, order_id, payment_id, user_id, amount_minor, currency, state, reason, created_at,
         checked_at)
       select p.site_id, $2, p.order_id, p.id, p.user_id, $3, p.currency, 'requested', 'wish', app.now(), app.now()
       from payments p where p.order_id = $1 and p.state in ('applied', 'review')`,
      [orderId, id, amountMinor],
    ),
  );
  return id;
}
