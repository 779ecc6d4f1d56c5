import { createHmac, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { newBuyer, paidOrder, payOrder, placeOrder, type Buyer } from '../harness/buyer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { steer } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

interface Traces {
  allocations: string;
  commissions: string;
  transfers: string;
  applied: string;
}

async function tracesOf(orderId: string): Promise<Traces | undefined> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<Traces>(
      `select (select count(*) from allocations where order_id = $1) as allocations,
        (select count(*) from commission_entries where order_id = $1) as commissions,
        (select count(*) from ledger_transfers where reference_id = $1) as transfers,
        (select count(*) from payments where order_id = $1 and state = 'applied') as applied`,
      [orderId],
    ),
  );
  return rows[0];
}

const SETTLED_ONCE = { allocations: '1', commissions: '2', transfers: '2', applied: '1' };

async function order(site: MintedSite): Promise<{ buyer: Buyer; orderId: string }> {
  const buyer = await newBuyer(site);
  const placed = await placeOrder(buyer, site, { quantity: 1, referralCode: site.agents[1].referralCode });
  expect(placed.status).toBe(201);
  return { buyer, orderId: placed.body.id };
}

it('settles an order once when every webhook comes three times', async () => {
  const site = await mintSite();
  const { buyer, orderId } = await order(site);
  await steer('/webhooks', { duplicate: 3 });
  try {
    await payOrder(buyer, orderId);
    await paidOrder(buyer, orderId);
  } finally {
    await steer('/webhooks', { duplicate: 1 });
  }
  await settled(orderId);
  expect(await tracesOf(orderId)).toEqual(SETTLED_ONCE);
  await expectChecks();
});

it('comes to the same end when webhooks arrive in the wrong order', async () => {
  const site = await mintSite();
  const { buyer, orderId } = await order(site);
  await steer('/pause', {});
  try {
    await payOrder(buyer, orderId);
  } finally {
    // Sends what was held with the last event first.
    await steer('/reorder', {});
    await steer('/resume', {});
  }
  await paidOrder(buyer, orderId);
  await settled(orderId);
  expect(await tracesOf(orderId)).toEqual(SETTLED_ONCE);
  await expectChecks();
});

/** Until the provider has no delivery left that tells of this order. */
async function settled(orderId: string): Promise<void> {
  await waitFor('the last delivery', async () => {
    const { text } = await ask(`${useStack().stripe.control}/deliveries`);
    const { deliveries } = JSON.parse(text) as { deliveries: { body: string; state: string }[] };
    const open = deliveries.filter(({ body, state }) => body.includes(orderId) && state !== 'delivered');
    return open.length === 0 ? true : undefined;
  });
}

interface InboxRow {
  site_id: string | null;
  state: string;
  reason: string | null;
}

interface Told {
  account?: string;
  metadata: Record<string, string>;
  amount?: number;
  intent?: string;
  livemode?: boolean;
}

/** Sends an event as the provider would, signed with the endpoint's secret. @returns its id */
async function send(event: Told): Promise<string> {
  const stack = useStack();
  const eventId = `evt_${randomUUID()}`;
  const body = JSON.stringify({
    id: eventId,
    object: 'event',
    api_version: '2026-10-28.endive',
    type: 'payment_intent.succeeded',
    livemode: event.livemode ?? false,
    created: Math.floor(Date.now() / 1_000),
    ...(event.account === undefined ? {} : { account: event.account }),
    data: {
      object: {
        id: event.intent ?? `pi_${randomUUID()}`,
        object: 'payment_intent',
        status: 'succeeded',
        amount: event.amount ?? 10_000,
        amount_received: event.amount ?? 10_000,
        currency: 'usd',
        metadata: event.metadata,
      },
    },
  });
  const at = Math.floor(Date.now() / 1_000);
  const mac = createHmac('sha256', stack.stripe.webhookSecret).update(`${at}.${body}`).digest('hex');
  const answer = await ask(`${stack.platform.url}/api/v1/webhooks/stripe`, {
    method: 'POST',
    headers: { 'stripe-signature': `t=${at},v1=${mac}`, 'content-type': 'application/json' },
    body,
  });
  expect(answer.status).toBe(200);
  return eventId;
}

async function inboxOf(eventId: string): Promise<InboxRow | undefined> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<InboxRow>('select site_id, state, reason from webhook_events where event_id = $1', [eventId]),
  );
  return rows[0];
}

/** Sends an event, and waits until the inbox has it. */
async function deliver(event: Told): Promise<InboxRow> {
  const eventId = await send(event);
  return waitFor('the event', () => inboxOf(eventId));
}

it('parks money that maps to no site, or is not the order’s in every respect, and applies nothing', async () => {
  const site = await mintSite();
  const { buyer, orderId } = await order(site);
  const created = await buyer.visitor.post<{ client_secret: string; amount_minor: string }>(
    `/orders/${orderId}/payment`,
  );
  const [intent = ''] = created.body.client_secret.split('_secret_');
  const amount = Number.parseInt(created.body.amount_minor, 10);
  const metadata = { site: site.code, order: orderId };
  const nobody = { site_id: null, state: 'parked', reason: 'webhook.unmapped' };
  expect(await deliver({ metadata: { site: 'nowhere', order: orderId } })).toEqual(nobody);
  expect(await deliver({ metadata: {} })).toEqual(nobody);
  expect(await deliver({ account: 'acct_unknown', metadata, intent, amount })).toEqual(nobody);
  const mismatch = { site_id: site.siteId, state: 'parked', reason: 'payment.mismatch' };
  expect(await deliver({ metadata, intent, amount: amount - 1 })).toEqual(mismatch);
  expect(await deliver({ metadata, amount })).toEqual(mismatch);
  // A tenant's own account may write whatever it likes into its metadata: it never reaches another site's order.
  const tenant = await deliver({ account: 'acct_local_na', metadata, intent, amount });
  expect(tenant).toMatchObject({ state: 'parked', reason: 'payment.mismatch' });
  expect(tenant.site_id).not.toBe(site.siteId);
  expect(await tracesOf(orderId)).toEqual({ allocations: '0', commissions: '0', transfers: '0', applied: '0' });
});

it('thanks for an event of the other mode, and does nothing with it', async () => {
  const site = await mintSite();
  const { orderId } = await order(site);
  const live = await send({ livemode: true, metadata: { site: site.code, order: orderId } });
  await deliver({ metadata: {} });
  expect(await inboxOf(live)).toBeUndefined();
});

it('refuses a forged webhook and writes nothing', async () => {
  const stack = useStack();
  const site = await mintSite();
  const { buyer, orderId } = await order(site);
  const payment = await buyer.visitor.post<{ client_secret: string }>(`/orders/${orderId}/payment`);
  const [intent = ''] = payment.body.client_secret.split('_secret_');
  const eventId = `evt_${randomUUID()}`;
  const body = JSON.stringify({
    id: eventId,
    object: 'event',
    api_version: '2026-10-28.endive',
    type: 'payment_intent.succeeded',
    livemode: false,
    created: Math.floor(Date.now() / 1_000),
    data: {
      object: {
        id: intent,
        object: 'payment_intent',
        status: 'succeeded',
        metadata: { site: site.code, order: orderId },
      },
    },
  });
  const sign = (secret: string, at: number, over = body) =>
    `t=${at},v1=${createHmac('sha256', secret).update(`${at}.${over}`).digest('hex')}`;
  const now = Math.floor(Date.now() / 1_000);
  const secret = stack.stripe.webhookSecret;
  const forgeries = {
    'another secret': sign('whsec_other', now),
    'another body': sign(secret, now, `${body} `),
    'a stale timestamp': sign(secret, now - 301),
    'a future timestamp': sign(secret, now + 400),
    'no signature': '',
    'an unknown scheme': sign(secret, now).replace('v1=', 'v0='),
    'no timestamp': sign(secret, now).replace(/^t=\d+,/, ''),
  };
  for (const [name, signature] of Object.entries(forgeries)) {
    const answer = await ask(`${stack.platform.url}/api/v1/webhooks/stripe`, {
      method: 'POST',
      headers: { 'stripe-signature': signature, 'content-type': 'application/json' },
      body,
    });
    expect({ name, status: answer.status, code: (JSON.parse(answer.text) as { code: string }).code }).toEqual({
      name,
      status: 400,
      code: 'webhook.signature',
    });
  }
  const { rows } = await withClient('superuser', (client) =>
    client.query('select from webhook_events where event_id = $1', [eventId]),
  );
  expect(rows).toEqual([]);
  expect(await tracesOf(orderId)).toEqual({ allocations: '0', commissions: '0', transfers: '0', applied: '0' });
});

it('refuses a custody webhook that the provider did not sign', async () => {
  const body = JSON.stringify({ id: randomUUID(), eventType: 'transaction.status.updated', data: {} });
  const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
  for (const signature of [undefined, 'x', `${header}..`, `${header}..c2ln`, 'a.b.c']) {
    const answer = await ask(`${useStack().platform.url}/api/v1/webhooks/fireblocks`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(signature === undefined ? {} : { 'fireblocks-webhook-signature': signature }),
      },
      body,
    });
    expect({ signature, status: answer.status }).toEqual({ signature, status: 400 });
  }
});
