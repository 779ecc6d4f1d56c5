import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { waitFor } from '../../dev/client/wait.ts';
import type { AdminDeadLetter, AdminEvent } from '../../worker/admin/webhook/shape.ts';
import { newBuyer, paidOrder, payOrder, placeOrder, type Buyer } from '../harness/buyer.ts';
import { deliver } from '../harness/consumer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { appointOperator, newOperator } from '../harness/operator.ts';
import { atProvider, intentOf, steer } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';

interface ProviderEvent {
  id: string;
  type: string;
  data: { object: { id: string } };
}

/** An order that is paid at the provider, and the event of it that never came. */
async function unheard(site: MintedSite): Promise<{ buyer: Buyer; orderId: string; event: ProviderEvent }> {
  const buyer = await newBuyer(site);
  const { body: order } = await placeOrder(buyer, site);
  await buyer.visitor.post(`/orders/${order.id}/payment`);
  const intent = await intentOf(order.id);
  await steer('/mute', { id: intent });
  await payOrder(buyer, order.id);
  await steer('/mute', { id: intent, muted: false });
  const { data } = await atProvider<{ data: ProviderEvent[] }>('/v1/events?type=payment_intent.succeeded&limit=50');
  const event = data.find((each) => each.data.object.id === intent);
  if (event === undefined) throw new Error('the provider has no such event');
  return { buyer, orderId: order.id, event };
}

const write = (sql: string, values: unknown[]) => withClient('superuser', (client) => client.query(sql, values));

async function auditOf({ siteId }: MintedSite): Promise<object[]> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<object>(
      `select action, after from audit_log where site_id = $1 and action like '%.replay' order by at`,
      [siteId],
    ),
  );
  return rows;
}

it('shows an event that was parked, and applies it once its cause is mended', async () => {
  const site = await mintSite();
  const { buyer, orderId, event } = await unheard(site);
  // As if what stood in its way had been mended since.
  await write(
    `insert into webhook_events (provider, event_id, site_id, type, payload, state, reason, received_at)
     values ('stripe', $1, $2, 'payment_intent.succeeded', $3, 'parked', 'payment.mismatch', app.now())`,
    [event.id, site.siteId, event],
  );
  const operator = await newOperator();
  const path = `/admin/${site.code}/webhook-events`;
  const { body: listed } = await operator.get<{ items: AdminEvent[]; next_cursor: string | null }>(path);
  expect(listed).toMatchObject({
    items: [{ id: event.id, state: 'parked', reason: 'payment.mismatch', object: event.data.object.id }],
    next_cursor: null,
  });
  expect(JSON.stringify(listed)).not.toContain('client_secret');

  const { visitor: support } = await appointOperator(site, 'support');
  expect((await support.post(`${path}/${event.id}/replay`, { reason: 'mended' })).status).toBe(403);
  const replays = [1, 2].map(() => operator.post(`${path}/${event.id}/replay`, { reason: 'mended' }));
  expect((await Promise.all(replays)).map(({ status }) => status)).toEqual([200, 200]);
  await paidOrder(buyer, orderId);
  expect((await operator.get<{ items: AdminEvent[] }>(path)).body.items).toEqual([]);
  const applied = await operator.get<{ items: AdminEvent[] }>(`${path}?state=applied`);
  expect(applied.body.items.map(({ id }) => id)).toContain(event.id);
  const said = { action: 'webhook_event.replay', after: { reason: 'mended', id: event.id } };
  expect(await auditOf(site)).toEqual([said, said]);
  await expectChecks();
});

it('shows a message that was given up, and takes it again', async () => {
  const site = await mintSite();
  const { buyer, orderId, event } = await unheard(site);
  const given = { v: 1, kind: 'stripe', account: null, event: { ...event } } as const;
  expect(await deliver(given, 'payments-dlq')).toBe('ack');
  const operator = await newOperator();
  const path = `/admin/${site.code}/dead-letters`;
  const letters = async () => (await operator.get<{ items: AdminDeadLetter[] }>(path)).body.items;
  const [letter, ...others] = await letters();
  expect(letter).toMatchObject({ kind: 'payment_intent.succeeded', about: event.id, attempts: 1, replayed_at: null });
  expect(others).toEqual([]);
  const id = letter?.id ?? '';
  expect((await operator.post(`${path}/${id}/replay`, { reason: 'again' })).status).toBe(200);
  await paidOrder(buyer, orderId);
  await waitFor('the mark', async () => ((await letters())[0]?.replayed_at === null ? undefined : true));
  expect(await auditOf(site)).toMatchObject([{ action: 'dead_letter.replay', after: { id } }]);
  expect((await operator.post(`${path}/${randomUUID()}/replay`, { reason: 'again' })).status).toBe(404);
  await expectChecks();
});

it('lists by pages, and takes no cursor of another list', async () => {
  const site = await mintSite();
  for (const index of [1, 2, 3]) {
    await write(
      `insert into webhook_events (provider, event_id, site_id, type, payload, state, reason, received_at)
       values ('stripe', $1, $2, 'refund.created', '{}', 'parked', 'refund.mismatch', '2026-01-01T00:00:00Z')`,
      [`evt_${site.code}_${index}`, site.siteId],
    );
  }
  const operator = await newOperator();
  const path = `/admin/${site.code}/webhook-events?limit=2`;
  type Page = { items: AdminEvent[]; next_cursor: string | null };
  const first = (await operator.get<Page>(path)).body;
  const second = (await operator.get<Page>(`${path}&cursor=${encodeURIComponent(first.next_cursor ?? '')}`)).body;
  expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(
    [3, 2, 1].map((index) => `evt_${site.code}_${index}`),
  );
  expect(second.next_cursor).toBeNull();
  const foreign = [
    randomUUID(),
    '["never","evt_1"]',
    '["99999999999999999","evt_1"]',
    '["1","a\\u0000b"]',
    '["1"]',
    'é',
  ];
  for (const list of ['webhook-events', 'dead-letters']) {
    for (const cursor of foreign.map((text) => Buffer.from(text, 'latin1').toString('base64'))) {
      const { status } = await operator.get(`/admin/${site.code}/${list}?cursor=${encodeURIComponent(cursor)}`);
      expect({ cursor, status }).toEqual({ cursor, status: 400 });
    }
  }

  // The queue's own ids do not run with time.
  for (const [minute, id] of [1, 2, 3].map(
    (each) => [each, `${4 - each}${randomUUID().slice(1, 14)}0ddb-6ee0-${randomUUID().slice(-12)}`] as const,
  )) {
    await write(
      `insert into dead_letters (queue, id, site_id, body, attempts, at)
       values ($1, $2, $3, '{}', 8, timestamptz '2026-01-01T00:00:00Z' + make_interval(mins => $4::integer))`,
      [site.code, id, site.siteId, minute],
    );
  }
  type Letters = { items: AdminDeadLetter[]; next_cursor: string | null };
  const letters = `/admin/${site.code}/dead-letters?limit=2`;
  const newest = (await operator.get<Letters>(letters)).body;
  const oldest = (await operator.get<Letters>(`${letters}&cursor=${encodeURIComponent(newest.next_cursor ?? '')}`))
    .body;
  const minutes = [...newest.items, ...oldest.items].map((letter) => new Date(letter.given_up_at).getUTCMinutes());
  expect(minutes).toEqual([3, 2, 1]);
});
