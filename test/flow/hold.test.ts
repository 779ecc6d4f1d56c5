import { expect, it } from 'vitest';
import { confirmPayment } from '../../dev/client/pay.ts';
import type { OrderDetail, Payment } from '../../worker/order/shape.ts';
import { newBuyer, payOrder, placeOrder } from '../harness/buyer.ts';
import { deliver } from '../harness/consumer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { atProvider, intentOf, steer } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

interface Hold {
  status: string;
  minutes: number;
  extended: boolean;
  held: number;
}

/** How long an order holds its units, from its beginning, and what its tier holds. */
async function holdOf(orderId: string): Promise<Hold | undefined> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<Hold>(
      `select o.status, round(extract(epoch from o.expires_at - o.created_at) / 60)::integer as minutes,
         o.extended_at is not null as extended, t.held_units as held
       from orders o join tiers t on t.site_id = o.site_id and t.id = o.tier_id where o.id = $1`,
      [orderId],
    ),
  );
  return rows[0];
}

/** Lets time pass for one order alone, and the sweep that ends holds come by. */
async function pass(site: MintedSite, orderId: string, minutes: number): Promise<void> {
  await withClient('superuser', (client) =>
    client.query(
      `update orders set created_at = created_at - make_interval(mins => $2::integer),
         expires_at = expires_at - make_interval(mins => $2::integer) where id = $1`,
      [orderId, minutes],
    ),
  );
  await deliver({ v: 1, kind: 'sweep', site: site.code, name: 'orders.expire' });
}

async function begun(card: string) {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const { body: order } = await placeOrder(buyer, site, { quantity: 2 });
  const { created } = await payOrder(buyer, order.id, card);
  return { site, buyer, orderId: order.id, page: created.body };
}

it('a hold whose 3-D Secure is never finished ends after thirty minutes, and can be paid no more', async () => {
  const { site, buyer, orderId, page } = await begun('pm_card_threeDSecure2Required');
  expect(await holdOf(orderId)).toEqual({ status: 'pending', minutes: 15, extended: false, held: 2 });
  await pass(site, orderId, 14);
  expect(await holdOf(orderId)).toMatchObject({ minutes: 15, extended: false });
  await pass(site, orderId, 2);
  expect(await holdOf(orderId)).toEqual({ status: 'pending', minutes: 30, extended: true, held: 2 });
  await pass(site, orderId, 13);
  expect(await holdOf(orderId)).toMatchObject({ status: 'pending', minutes: 30 });
  await pass(site, orderId, 2);
  expect(await holdOf(orderId)).toEqual({ status: 'expired', minutes: 30, extended: true, held: 0 });

  expect((await buyer.visitor.get<OrderDetail>(`/orders/${orderId}`)).body.events.at(-1)).toMatchObject({
    status: 'expired',
    reason: 'unpaid',
  });
  const intent = await intentOf(orderId);
  expect(await atProvider(`/v1/payment_intents/${intent}`)).toMatchObject({ status: 'canceled', amount_received: 0 });
  expect((await confirmPayment(useStack().stripe.url, page)).status).toBe(400);
  await expectChecks();
});

it('a hold is not extended by trying over and over, nor for whom a bank needs no time', async () => {
  const { site, orderId, page } = await begun('pm_card_threeDSecure2Required');
  await pass(site, orderId, 16);
  for (const outcome of ['fail', 'fail']) {
    await steer('/three_d_secure', { payment_intent: await intentOf(orderId), outcome });
    await confirmPayment(useStack().stripe.url, page, 'pm_card_threeDSecure2Required');
  }
  await pass(site, orderId, 15);
  expect(await holdOf(orderId)).toMatchObject({ status: 'expired', minutes: 30, held: 0 });

  const idle = await begun('pm_card_chargeDeclined');
  await pass(idle.site, idle.orderId, 16);
  expect(await holdOf(idle.orderId)).toEqual({ status: 'expired', minutes: 15, extended: false, held: 0 });
  await expectChecks();
});

it('money that a bank still had when the hold ended is settled, not lost', async () => {
  const { site, buyer, orderId } = await begun('pm_card_processing');
  await pass(site, orderId, 16);
  await pass(site, orderId, 15);
  // The provider cancels nothing that a bank is thinking about: so the units stay.
  expect(await holdOf(orderId)).toMatchObject({ status: 'pending', minutes: 30, held: 2 });
  const again = await buyer.visitor.post<Payment & { code: string }>(`/orders/${orderId}/payment`);
  expect(again).toMatchObject({ status: 409, body: { code: 'order.expired' } });
  await steer('/drop', { types: ['payment_intent.*'] });
  try {
    await steer('/processing', { payment_intent: await intentOf(orderId), outcome: 'succeed' });
  } finally {
    await steer('/drop', { all: false });
  }
  await pass(site, orderId, 1);
  expect(await holdOf(orderId)).toMatchObject({ status: 'paid', held: 0 });
  await expectChecks();
});
