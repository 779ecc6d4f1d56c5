import { randomUUID } from 'node:crypto';
import { v7 as uuid } from 'uuid';
import { expect, it } from 'vitest';
import { confirmPayment } from '../../dev/client/pay.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { newBuyer, payOrder, placeOrder } from '../harness/buyer.ts';
import { expectChecks, isWaitedFor, withClient, withSite } from '../harness/database.ts';
import { age, holdOf, passTime, sweepHolds } from '../harness/hold.ts';
import { atProvider, intentOf, steer } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';
import { standing, untilStanding } from '../harness/standing.ts';

async function ordered(site: MintedSite) {
  const buyer = await newBuyer(site);
  const { body: order } = await placeOrder(buyer, site, { quantity: 2 });
  return { buyer, order };
}

/** A site that takes money on a connected account of its own. */
async function connected() {
  const account = `acct_${randomUUID().replaceAll('-', '').slice(0, 16)}`;
  await steer('/accounts', { account, connected: true });
  return { site: await mintSite({ account }), account };
}

/** As if the sweep of events had last read an account so many hours ago. */
const readAgo = (account: string, hours: number) =>
  withClient('superuser', (client) =>
    client.query(
      `insert into provider_cursors (provider, account, read_until, at)
       values ('stripe', $1, now(), app.now() - make_interval(hours => $2::integer))
       on conflict (provider, account) do update set at = excluded.at`,
      [account, hours],
    ),
  );

/** An order's payment as we write it down, of a PaymentIntent that was made past us. */
const RECORD = `insert into payments (site_id, id, order_id, user_id, provider, account, intent_id, amount_minor, currency,
    state, created_at)
  select site_id, $2, id, user_id, 'stripe', $3, $4, amount_minor, currency, 'open', app.now() from orders where id = $1`;

it('ends an order that nobody began to pay without asking the provider', async () => {
  const site = await mintSite();
  const { order } = await ordered(site);
  await steer('/fault', { mode: 'status', status: 500, times: 9, path: '/v1/payment_intents.*' });
  try {
    await passTime(site, order.id, 16);
  } finally {
    await steer('/reset_faults');
  }
  expect(await holdOf(order.id)).toMatchObject({ status: 'expired', held: 0 });
  expect(await standing(order.id)).toMatchObject({ payments: null });
  await expectChecks();
});

it('cancels a PaymentIntent first that was being recorded while the hold ended', async () => {
  const site = await mintSite();
  const { order } = await ordered(site);
  const intent = await atProvider<{ id: string }>('/v1/payment_intents', {
    ...{ amount: order.amount_minor, currency: site.currency.toLowerCase() },
    ...{ 'metadata[site]': site.code, 'metadata[order]': order.id },
  });
  await age(order.id, 16);
  let swept: Promise<void> | undefined;
  await withSite('queue', site.siteId, async (recording) => {
    await recording.query('select from orders where id = $1 for update', [order.id]);
    swept = sweepHolds(site);
    await waitFor('the sweep to wait', () => isWaitedFor(recording));
    await recording.query(RECORD, [order.id, uuid(), null, intent.id]);
  });
  await swept;
  expect(await atProvider(`/v1/payment_intents/${intent.id}`)).toMatchObject({ status: 'canceled' });
  expect(await holdOf(order.id)).toMatchObject({ status: 'expired', held: 0 });
  expect(await standing(order.id)).toMatchObject({ payments: ['canceled'] });
  await expectChecks();
});

it('waits a day for an account that was disconnected, and takes money that comes after all', async () => {
  const { site, account } = await connected();
  const { buyer, order } = await ordered(site);
  const { created } = await payOrder(buyer, order.id, 'pm_card_chargeDeclined');
  await steer('/accounts', { account, connected: false });
  await readAgo(account, 0);
  await passTime(site, order.id, 15 + 48 * 60);
  // However long ago its hold ended: the account itself was read just now.
  await readAgo(account, 23);
  await sweepHolds(site);
  expect(await holdOf(order.id)).toMatchObject({ status: 'pending', held: 2 });
  await readAgo(account, 25);
  await sweepHolds(site);
  expect(await holdOf(order.id)).toMatchObject({ status: 'expired', held: 0 });
  expect(await standing(order.id)).toMatchObject({ payments: ['canceled'] });

  await steer('/accounts', { account, connected: true });
  expect((await confirmPayment(useStack().stripe.url, created.body)).status).toBe(200);
  await untilStanding(order.id, 'the late payment', ({ status }) => status === 'paid');
  await expectChecks();
});

it('never gives up an order because our own key is refused', async () => {
  const site = await mintSite();
  const { buyer, order } = await ordered(site);
  await payOrder(buyer, order.id, 'pm_card_chargeDeclined');
  const path = `/v1/payment_intents/${await intentOf(order.id)}`;
  await steer('/fault', { mode: 'status', status: 401, times: 4, path });
  try {
    await passTime(site, order.id, 15 + 48 * 60);
  } finally {
    await steer('/reset_faults');
  }
  expect(await holdOf(order.id)).toMatchObject({ status: 'pending', held: 2 });
});

it('gives the units back of an order whose PaymentIntent took another amount', async () => {
  const { site, account } = await connected();
  const { order } = await ordered(site);
  const intent = await steer<{ id: string }>('/forge', {
    ...{ account, amount: Number(order.amount_minor) - 100, currency: site.currency.toLowerCase(), metadata: {} },
  });
  await withSite('queue', site.siteId, (client) => client.query(RECORD, [order.id, uuid(), account, intent.id]));
  await passTime(site, order.id, 16);
  expect(await holdOf(order.id)).toMatchObject({ status: 'expired', held: 0 });
  expect(await standing(order.id)).toMatchObject({ payments: ['canceled'], unapplied: '0' });
  await expectChecks();
});
