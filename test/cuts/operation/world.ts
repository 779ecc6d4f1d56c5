import { randomUUID } from 'node:crypto';
import type { Order, OrderBody, Payment } from '../../../worker/order/shape.ts';
import { newBuyer, orderBody, type Buyer } from '../../harness/buyer.ts';
import { withClient } from '../../harness/database.ts';
import { mintSite, type MintedSite, type MintOptions } from '../../harness/site.ts';
import { fireSweep } from '../fire.ts';
import { orderOutcome } from '../order_outcome.ts';
import { persist } from '../persist.ts';

/** A site of its own and somebody who buys there. */
export interface World {
  site: MintedSite;
  buyer: Buyer;
}

export interface OrderWorld extends World {
  orderId: string;
}

export async function prepareBuyer(options: MintOptions = {}): Promise<World> {
  const site = await mintSite(options);
  return { site, buyer: await newBuyer(site) };
}

/** Places an order for two units by an agent's link, asking again with the same key where there is no answer. */
export async function place({ site, buyer }: World, more: Partial<OrderBody> = {}): Promise<string> {
  const key = randomUUID();
  const body = { ...orderBody(buyer, site, { quantity: 2, referralCode: site.agents[1].referralCode }), ...more };
  const placed = await persist(() => buyer.visitor.order<Order>(body, key));
  if (placed.status !== 201 && placed.status !== 200) throw new Error(`the order was refused: ${placed.status}`);
  return placed.body.id;
}

export async function prepareOrder(options: MintOptions = {}): Promise<OrderWorld> {
  const world = await prepareBuyer(options);
  return { ...world, orderId: await place(world) };
}

export async function startPayment({ buyer, orderId }: OrderWorld): Promise<Payment> {
  const { status, body } = await persist(() => buyer.visitor.post<Payment>(`/orders/${orderId}/payment`));
  if (status !== 200) throw new Error(`the payment was refused: ${status} ${JSON.stringify(body)}`);
  return body;
}

export async function cancel({ buyer, orderId }: OrderWorld): Promise<void> {
  const { status, body } = await persist(() => buyer.visitor.post(`/orders/${orderId}/cancel`));
  if (status !== 200) throw new Error(`the cancellation was refused: ${status} ${JSON.stringify(body)}`);
}

/** Ends the hold now, as a quarter of an hour does, and has the sweep look at it. */
export async function endHold({ orderId }: OrderWorld): Promise<void> {
  await withClient('superuser', (client) =>
    client.query(`update orders set expires_at = app.now() - interval '1 second' where id = $1`, [orderId]),
  );
  await fireSweep('orders.expire');
}

/** What an order came to; the parts that an operation's end can be told by. */
export interface Found {
  orders: { status: string; frozen: boolean; reversed: string }[];
  refunds: { state: string }[] | null;
  payments: string[] | null;
  disputes: unknown[] | null;
}

/** What it came to, once `isOver` says so of it. */
export const onceOver =
  (isOver: (found: Found) => boolean) =>
  async ({ site }: { site: MintedSite }): Promise<Found | null> => {
    const found = (await orderOutcome(site)) as Found;
    return isOver(found) ? found : null;
  };

/** No order waits for money any more. */
export const ended = onceOver(({ orders }) => orders.every(({ status }) => status !== 'pending'));
