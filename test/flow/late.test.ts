import { expect, it } from 'vitest';
import Stripe from 'stripe';
import { confirmPayment } from '../../dev/client/pay.ts';
import { waitFor } from '../../dev/client/wait.ts';
import type { OrderDetail, Payment } from '../../worker/order/shape.ts';
import { buy, newBuyer, paidOrder, placeOrder, type Buyer } from '../harness/buyer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

/** Ends an order whose payment has begun while its PaymentIntent can still be paid, as when the provider was slow. */
async function endUnpaid(site: MintedSite, buyer: Buyer, orderId: string): Promise<void> {
  await withClient('queue', async (client) => {
    await client.query('begin');
    await client.query('select app.enter(null, null, $1)', [site.code]);
    await client.query(`update orders set status = 'expired', version = version + 1 where id = $1`, [orderId]);
    await client.query('update tiers set held_units = held_units - 1 where id = $1', [site.tiers[0].id]);
    await client.query('update buyer_tier_totals set held_units = held_units - 1 where user_id = $1', [buyer.me.id]);
    await client.query('commit');
  });
}

/** An order that ended, and the payment its buyer still has on the page. */
async function ended(site: MintedSite) {
  const buyer = await newBuyer(site);
  const { body: order } = await placeOrder(buyer, site);
  const { body: payment } = await buyer.visitor.post<Payment>(`/orders/${order.id}/payment`);
  await endUnpaid(site, buyer, order.id);
  return { buyer, orderId: order.id, payment };
}

async function row<Row>(sql: string, id: string): Promise<Row | undefined> {
  const { rows } = await withClient('superuser', (client) => client.query(sql, [id]));
  return rows[0] as Row | undefined;
}

it('pays an order whose money came late while the tier still has its units', async () => {
  const site = await mintSite();
  const { buyer, orderId, payment } = await ended(site);
  await confirmPayment(useStack().stripe.url, payment);
  const paid = await paidOrder(buyer, orderId);
  expect(paid.events.map(({ status }) => status)).toEqual(['pending', 'expired', 'paid']);
  await expectChecks();
});

it('keeps late money for review when the sale has closed, and never loses it', async () => {
  const site = await mintSite();
  const { buyer, orderId, payment } = await ended(site);
  await withClient('superuser', (client) =>
    client.query('update tiers set active = false where site_id = $1', [site.siteId]),
  );
  await confirmPayment(useStack().stripe.url, payment);
  const kept = await waitFor('the review', async () => {
    const { body } = await buyer.visitor.get<OrderDetail>(`/orders/${orderId}`);
    return body.status === 'review' ? body : undefined;
  });
  expect(kept).toMatchObject({ allocation: null, events: [{}, {}, { status: 'review', reason: 'tier.closed' }] });
  expect(await row('select state from payments where order_id = $1', orderId)).toEqual({ state: 'review' });
  await expectChecks();
});

it('asks a second payment of an order back, once, and leaves the order as it is', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const order = await buy(buyer, site);
  const { stripe } = useStack();
  const { hostname, port } = new URL(stripe.url);
  const provider = new Stripe(stripe.secretKey, { host: hostname, port, protocol: 'http' });
  await provider.paymentIntents.create({
    amount: Number(order.amount_minor),
    currency: site.currency.toLowerCase(),
    payment_method: 'pm_card_visa',
    confirm: true,
    automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    metadata: { site: site.code, order: order.id },
  });
  const refund = await waitFor('the refund', () =>
    row<object>('select amount_minor::text, reason, requested_by from refunds where order_id = $1', order.id),
  );
  expect(refund).toEqual({ amount_minor: order.amount_minor, reason: 'surplus', requested_by: null });
  expect((await buyer.visitor.get<OrderDetail>(`/orders/${order.id}`)).body.status).toBe('paid');
  await expectChecks();
});
