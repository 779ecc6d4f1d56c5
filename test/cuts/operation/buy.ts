import { randomUUID } from 'node:crypto';
import { confirmPayment } from '../../../dev/client/pay.ts';
import type { Order, Payment } from '../../../worker/order/shape.ts';
import { newBuyer, orderBody, type Buyer } from '../../harness/buyer.ts';
import { withClient } from '../../harness/database.ts';
import { mintSite, type MintedSite } from '../../harness/site.ts';
import { useStack } from '../../harness/stack.ts';
import { fireSweep } from '../fire.ts';
import { operation } from '../operation.ts';
import { orderOutcome } from '../order_outcome.ts';
import { persist } from '../persist.ts';

interface World {
  site: MintedSite;
  buyer: Buyer;
}

interface OrderWorld extends World {
  orderId: string;
}

async function prepareBuyer(): Promise<World> {
  const site = await mintSite();
  return { site, buyer: await newBuyer(site) };
}

async function place({ site, buyer }: World): Promise<string> {
  const key = randomUUID();
  const body = orderBody(buyer, site, { quantity: 2, referralCode: site.agents[1].referralCode });
  const placed = await persist(() => buyer.visitor.order<Order>(body, key));
  if (placed.status !== 201 && placed.status !== 200) throw new Error(`the order was refused: ${placed.status}`);
  return placed.body.id;
}

async function prepareOrder(): Promise<OrderWorld> {
  const world = await prepareBuyer();
  return { ...world, orderId: await place(world) };
}

async function startPayment({ buyer, orderId }: OrderWorld): Promise<Payment> {
  const { status, body } = await persist(() => buyer.visitor.post<Payment>(`/orders/${orderId}/payment`));
  if (status !== 200) throw new Error(`the payment was refused: ${status} ${JSON.stringify(body)}`);
  return body;
}

/** Ends the hold now, as a quarter of an hour does, and has the sweep look at it. */
async function endHold({ orderId }: OrderWorld): Promise<void> {
  await withClient('superuser', (client) =>
    client.query(`update orders set expires_at = app.now() - interval '1 second' where id = $1`, [orderId]),
  );
  await fireSweep('orders.expire');
}

const outcome = ({ site }: World) => orderOutcome(site);
const ended = async (world: World) => {
  const found = (await orderOutcome(world.site)) as { orders: { status: string }[] };
  return found.orders.some(({ status }) => status === 'pending') ? null : found;
};

/** Placing an order, paying for it, and its end without payment. */
export const buying = [
  operation<World>({
    name: 'place',
    prepare: prepareBuyer,
    run: async (world) => {
      await place(world);
    },
    outcome,
  }),
  operation<OrderWorld>({
    name: 'pay',
    prepare: prepareOrder,
    run: async (world) => {
      await startPayment(world);
    },
    outcome,
  }),
  operation<OrderWorld & { payment: Payment }>({
    name: 'settle',
    prepare: async () => {
      const world = await prepareOrder();
      return { ...world, payment: await startPayment(world) };
    },
    run: async ({ payment }) => {
      await confirmPayment(useStack().stripe.url, payment);
    },
    outcome: ended,
  }),
  operation<OrderWorld>({
    name: 'expire',
    prepare: prepareOrder,
    run: endHold,
    outcome: ended,
  }),
  operation<OrderWorld>({
    name: 'expire_with_payment',
    prepare: async () => {
      const world = await prepareOrder();
      await startPayment(world);
      return world;
    },
    run: endHold,
    outcome: ended,
  }),
];
