import { confirmPayment } from '../../dev/client/pay.ts';
import type { Payment } from '../../worker/order/shape.ts';
import { newBuyer, placeOrder } from './buyer.ts';
import { withSite } from './database.ts';
import type { MintedSite } from './site.ts';
import { useStack } from './stack.ts';

/** An order whose hold ended while its buyer still held a payable PaymentIntent: the cancellation never got through. */
export async function lapsed(site: MintedSite, quantity: number) {
  const buyer = await newBuyer(site);
  const placed = await placeOrder(buyer, site, { quantity, referralCode: site.agents[1].referralCode });
  const { body: payment } = await buyer.visitor.post<Payment>(`/orders/${placed.body.id}/payment`);
  await withSite('queue', site.siteId, async (client) => {
    const held = [site.siteId, quantity];
    await client.query(`update orders set status = 'expired', version = version + 1 where id = $1`, [placed.body.id]);
    await client.query('update tiers set held_units = held_units - $2 where site_id = $1', held);
    await client.query(
      'update buyer_tier_totals set held_units = held_units - $2 where site_id = $1 and held_units > 0',
      held,
    );
  });
  return {
    orderId: placed.body.id,
    amount: placed.body.amount_minor,
    pay: () => confirmPayment(useStack().stripe.url, payment),
  };
}
