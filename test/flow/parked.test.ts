import { randomUUID } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { expect, it } from 'vitest';
import { waitFor } from '../../dev/client/wait.ts';
import { buy, newBuyer, placeOrder } from '../harness/buyer.ts';
import { deliver, giveUp, nudge } from '../harness/consumer.ts';
import { expectChecks, withClient, withSite } from '../harness/database.ts';
import { intentOf, requestRefund, steer } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';

interface EventRow {
  event_id: string;
  site_id: string | null;
  state: string;
  reason: string | null;
}

/** The event that told of a PaymentIntent's money. */
function eventOf(intent: string): Promise<EventRow> {
  return waitFor('the event', async () => {
    const { rows } = await withClient('superuser', (client) =>
      client.query<EventRow>(
        `select event_id, site_id, state, reason from webhook_events
         where type = 'payment_intent.succeeded' and payload #>> '{data,object,id}' = $1`,
        [intent],
      ),
    );
    return rows[0];
  });
}

/** A site that takes money on a connected account of its own. */
async function connected(): Promise<{ site: MintedSite; account: string }> {
  const account = `acct_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  await steer('/accounts', { account, connected: true });
  return { site: await mintSite({ account }), account };
}

/** What the inbox has of an event. */
async function storedOf(eventId: string): Promise<object | undefined> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<object>(
      `select site_id, state, reason, payload, cut_at is not null as is_cut from webhook_events where event_id = $1`,
      [eventId],
    ),
  );
  return rows[0];
}

async function statusOf(orderId: string): Promise<string | undefined> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ status: string }>('select status from orders where id = $1', [orderId]),
  );
  return rows[0]?.status;
}

it('parks money of one site’s account that names another site’s order', async () => {
  const victim = await mintSite();
  const { site: tenant, account } = await connected();
  const { body: order } = await placeOrder(await newBuyer(victim), victim);
  const { id } = await steer<{ id: string }>('/forge', {
    ...{ account, amount: Number(order.amount_minor), currency: victim.currency.toLowerCase() },
    metadata: { site: victim.code, order: order.id },
  });
  expect(await eventOf(id)).toMatchObject({ site_id: tenant.siteId, state: 'parked', reason: 'payment.mismatch' });
  expect(await statusOf(order.id)).toBe('pending');
  await expectChecks();
});

it('settles a payment we made, whatever the site’s account has made of its metadata since', async () => {
  const { site, account } = await connected();
  const { body: other } = await placeOrder(await newBuyer(site), site);
  for (const metadata of [{ site: 'elsewhere' }, { site: site.code, order: other.id }, {}, { order: 'a' }]) {
    const buyer = await newBuyer(site);
    const { body: order } = await placeOrder(buyer, site);
    await buyer.visitor.post(`/orders/${order.id}/payment`);
    const intent = {
      ...{ id: await intentOf(order.id), object: 'payment_intent', status: 'succeeded', livemode: false },
      ...{ amount: Number(order.amount_minor), amount_received: Number(order.amount_minor) },
      ...{ currency: site.currency.toLowerCase(), metadata },
    };
    const event = { id: `evt_${randomUUID()}`, type: 'payment_intent.succeeded', account, data: { object: intent } };
    expect(await deliver({ v: 1, kind: 'stripe', account, event })).toBe('ack');
    expect(await statusOf(order.id)).toBe('paid');
  }
  expect(await statusOf(other.id)).toBe('pending');
});

it('applies a parked event once what stood against it is put right', async () => {
  const { site, account } = await connected();
  const { body: order } = await placeOrder(await newBuyer(site), site);
  const isActive = (active: boolean) =>
    withSite('owner', site.siteId, (client) =>
      client.query('update site_payment_accounts set active = $2 where site_id = $1', [site.siteId, active]),
    );
  await isActive(false);
  const { id } = await steer<{ id: string }>('/forge', {
    ...{ account, amount: Number(order.amount_minor), currency: site.currency.toLowerCase() },
    metadata: { site: site.code, order: order.id },
  });
  const parked = await eventOf(id);
  expect(parked).toMatchObject({ site_id: site.siteId, state: 'parked', reason: 'payment.mismatch' });
  await isActive(true);
  expect(await nudge(site, 'event', parked.event_id)).toBe('ack');
  expect(await statusOf(order.id)).toBe('paid');
  expect(await eventOf(id)).toMatchObject({ state: 'applied', reason: null });
  await expectChecks();
});

it('takes a dead letter again, once', async () => {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site);
  const refund = await requestRefund(site, order.id, BigInt(order.amount_minor));
  const letter = uuid();
  await withSite('queue', site.siteId, (client) =>
    client.query(
      `insert into dead_letters (queue, id, site_id, body, attempts, at) values ('payments-dlq', $1, $2, $3, 11, app.now())`,
      [letter, site.siteId, { v: 1, kind: 'work', site: site.code, noun: 'refund', id: refund }],
    ),
  );
  expect(await nudge(site, 'dead_letter', letter)).toBe('ack');
  expect(await statusOf(order.id)).toBe('refunded');
  const { rows } = await withClient('superuser', (client) =>
    client.query('select from dead_letters where id = $1 and replayed_at is not null', [letter]),
  );
  expect(rows).toHaveLength(1);
  await expectChecks();
});

it('stores a dead letter as its site’s where anything in it tells whose it is', async () => {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site);
  const [pi, stripe] = [await intentOf(order.id), { v: 1, kind: 'stripe', account: null }];
  const of = (object: object) => ({ ...stripe, event: { id: 'evt_1', type: 'refund.created', data: { object } } });
  const payout = { externalTxId: `${site.code}.${uuid()}.1` };
  const letters: [string | null, object][] = [
    [site.siteId, of({ id: 're_1', payment_intent: pi })],
    [site.siteId, of({ id: 'dp_1', payment_intent: { id: pi } })],
    [site.siteId, of({ id: pi, metadata: {} })],
    [site.siteId, { ...stripe, full: false, event: { id: 'evt_2', type: 'payment_intent.succeeded', object: pi } }],
    [site.siteId, of({ id: 'pi_unknown', metadata: { site: site.code } })],
    [
      site.siteId,
      { v: 1, kind: 'fireblocks', event: { id: 'e', eventType: 'transaction.status.updated', data: payout } },
    ],
    [null, of({ id: 're_1', payment_intent: 'pi_of_nobody' })],
    [null, of({ id: 're_1', payment_intent: null })],
    [null, { v: 1, kind: 'work', site: 'nowhere', noun: 'refund', id: uuid() }],
  ];
  for (const [siteId, body] of letters) {
    const id = await giveUp(body);
    const { rows } = await withClient('superuser', (client) =>
      client.query('select site_id, body from dead_letters where id = $1', [id]),
    );
    expect(rows).toEqual([{ site_id: siteId, body }]);
  }
});

it('keeps an event that holds what a database cannot, so that it never comes back', async () => {
  const site = await mintSite();
  const data = { object: { metadata: { site: site.code } } };
  const plain = { id: `evt_${randomUUID()}`, type: 'payment_intent.processing', data };
  const event = { ...plain, note: '\ud800 a\0b', ['k\0ey']: { ['\udc00']: 1 } };
  expect(await deliver({ v: 1, kind: 'stripe', account: null, event })).toBe('ack');
  expect(await storedOf(plain.id)).toEqual({
    ...{ site_id: site.siteId, state: 'ignored', reason: 'payment.undecided', is_cut: false },
    payload: { ...plain, note: '\ufffd ab', key: { '\ufffd': 1 } },
  });
});

it('keeps of an event that nobody will ever take no more than its ids', async () => {
  const { site, account } = await connected();
  const told = (type: string, object: object) => ({
    id: `evt_${randomUUID()}`,
    type,
    object: 'event',
    data: { object },
  });
  const person = { billing_details: { name: 'Ada', email: 'ada@example.com' } };
  const foreign = { ...told('charge.captured', { id: 'ch_1', ...person }), account };
  const nobodys = told('payment_intent.processing', { id: 'pi_1', ...person });
  const alsoForeign = told('balance.available', { ...person, object: 'balance' });
  const custody = { id: randomUUID(), eventType: 'vault_account.created', data: { id: 'v1', name: 'Ada' } };
  const ids = ({ id, type }: { id: string; type: string }) => ({ id, type });
  const ignored = { state: 'ignored', is_cut: true };

  expect(await deliver({ v: 1, kind: 'stripe', account, event: foreign })).toBe('ack');
  for (const event of [nobodys, alsoForeign])
    expect(await deliver({ v: 1, kind: 'stripe', account: null, event })).toBe('ack');
  expect(await deliver({ v: 1, kind: 'fireblocks', event: custody }, 'custody')).toBe('ack');
  expect(await storedOf(foreign.id)).toEqual({
    ...ignored,
    ...{ site_id: site.siteId, reason: 'event.type', payload: { ...ids(foreign), account, object: 'ch_1' } },
  });
  expect(await storedOf(nobodys.id)).toEqual({
    ...ignored,
    ...{ site_id: null, reason: 'payment.undecided', payload: { ...ids(nobodys), object: 'pi_1' } },
  });
  expect(await storedOf(alsoForeign.id)).toEqual({
    ...ignored,
    ...{ site_id: null, reason: 'event.type', payload: ids(alsoForeign) },
  });
  expect(await storedOf(custody.id)).toEqual({
    ...ignored,
    ...{ site_id: null, reason: 'event.type' },
    payload: { id: custody.id, eventType: custody.eventType, object: 'v1' },
  });
});
