import { expect, it } from 'vitest';
import { confirmPayment } from '../../dev/client/pay.ts';
import type { OrderDetail, Payment } from '../../worker/order/shape.ts';
import { newBuyer, payOrder, placeOrder } from '../harness/buyer.ts';
import { expectChecks } from '../harness/database.ts';
import { holdOf, passTime } from '../harness/hold.ts';
import { atProvider, intentOf, steer, unheard } from '../harness/provider.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

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
  await passTime(site, orderId, 14);
  expect(await holdOf(orderId)).toMatchObject({ minutes: 15, extended: false });
  await passTime(site, orderId, 2);
  expect(await holdOf(orderId)).toEqual({ status: 'pending', minutes: 30, extended: true, held: 2 });
  await passTime(site, orderId, 13);
  expect(await holdOf(orderId)).toMatchObject({ status: 'pending', minutes: 30 });
  await passTime(site, orderId, 2);
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
  await passTime(site, orderId, 16);
  for (const outcome of ['fail', 'fail']) {
    await steer('/three_d_secure', { payment_intent: await intentOf(orderId), outcome });
    await confirmPayment(useStack().stripe.url, page, 'pm_card_threeDSecure2Required');
  }
  await passTime(site, orderId, 15);
  expect(await holdOf(orderId)).toMatchObject({ status: 'expired', minutes: 30, held: 0 });

  const idle = await begun('pm_card_chargeDeclined');
  await passTime(idle.site, idle.orderId, 16);
  expect(await holdOf(idle.orderId)).toEqual({ status: 'expired', minutes: 15, extended: false, held: 0 });
  await expectChecks();
});

it('money that a bank still had when the hold ended is settled, not lost', async () => {
  const { site, buyer, orderId } = await begun('pm_card_processing');
  await passTime(site, orderId, 16);
  await passTime(site, orderId, 15);
  // The provider cancels nothing that a bank is thinking about: so the units stay.
  expect(await holdOf(orderId)).toMatchObject({ status: 'pending', minutes: 30, held: 2 });
  const again = await buyer.visitor.post<Payment & { code: string }>(`/orders/${orderId}/payment`);
  expect(again).toMatchObject({ status: 409, body: { code: 'order.expired' } });
  const intent = await intentOf(orderId);
  await unheard(() => steer('/processing', { payment_intent: intent, outcome: 'succeed' }));
  await passTime(site, orderId, 1);
  expect(await holdOf(orderId)).toMatchObject({ status: 'paid', held: 0 });
  await expectChecks();
});
