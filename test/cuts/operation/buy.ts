import { randomUUID } from 'node:crypto';
import { confirmPayment } from '../../../dev/client/pay.ts';
import type { Payment } from '../../../worker/order/shape.ts';
import { withClient } from '../../harness/database.ts';
import { unheard } from '../../harness/provider.ts';
import type { MintedSite } from '../../harness/site.ts';
import { useStack } from '../../harness/stack.ts';
import { fireSweep } from '../fire.ts';
import { operation } from '../operation.ts';
import { orderOutcome } from '../order_outcome.ts';
import {
  cancel,
  ended,
  endHold,
  onceOver,
  place,
  prepareBuyer,
  prepareOrder,
  startPayment,
  type OrderWorld,
  type World,
} from './world.ts';

interface PayingWorld extends OrderWorld {
  payment: Payment;
}

async function preparePayment(): Promise<PayingWorld> {
  const world = await prepareOrder();
  return { ...world, payment: await startPayment(world) };
}

const confirm = ({ payment }: PayingWorld, card?: string) => confirmPayment(useStack().stripe.url, payment, card);

async function addCode({ siteId }: MintedSite, code: string, percentBasisPoints: number): Promise<void> {
  await withClient('superuser', (client) =>
    client.query(
      `insert into promo_codes (site_id, id, created_at, code, percent_basis_points, max_uses)
       values ($1, $2, app.now(), $3, $4, 1)`,
      [siteId, randomUUID(), code, percentBasisPoints],
    ),
  );
}

const outcome = ({ site }: World) => orderOutcome(site);
const paid = onceOver(({ orders }) => orders.every(({ status }) => status === 'paid'));

/** Placing an order, paying for it, and its end without payment. */
export const buying = [
  operation<World>({
    name: 'place',
    prepare: () => prepareBuyer(),
    run: async (world) => {
      await place(world);
    },
    outcome,
  }),
  operation<OrderWorld>({
    name: 'pay',
    prepare: () => prepareOrder(),
    run: async (world) => {
      await startPayment(world);
    },
    outcome,
  }),
  operation<PayingWorld>({
    name: 'settle',
    prepare: preparePayment,
    run: async (world) => {
      await confirm(world);
    },
    outcome: ended,
  }),
  operation<PayingWorld>({
    name: 'retry',
    prepare: preparePayment,
    run: async (world) => {
      await confirm(world, 'pm_card_chargeDeclined');
      await confirm(world);
    },
    outcome: paid,
  }),
  operation<PayingWorld>({
    name: 'settle_unheard',
    prepare: async () => {
      const world = await preparePayment();
      await unheard(() => confirm(world));
      return world;
    },
    run: () => fireSweep('payments.events'),
    outcome: paid,
  }),
  operation<World>({
    name: 'free',
    prepare: async () => {
      const world = await prepareBuyer();
      await addCode(world.site, 'FREE', 10_000);
      return world;
    },
    run: async (world) => {
      await place(world, { promo_code: 'FREE' });
    },
    outcome: paid,
  }),
  operation<World>({
    name: 'promo',
    prepare: async () => {
      const world = await prepareBuyer();
      await addCode(world.site, 'TENTH', 1_000);
      return world;
    },
    run: async (world) => {
      await place(world, { promo_code: 'TENTH' });
    },
    outcome,
  }),
  operation<OrderWorld>({
    name: 'replace',
    prepare: () => prepareOrder(),
    run: async (world) => {
      await place(world, { quantity: 3 });
    },
    outcome,
  }),
  operation<OrderWorld>({ name: 'cancel', prepare: () => prepareOrder(), run: cancel, outcome: ended }),
  operation<OrderWorld>({ name: 'cancel_with_payment', prepare: preparePayment, run: cancel, outcome: ended }),
  operation<OrderWorld>({
    name: 'extend',
    prepare: async () => {
      const world = await preparePayment();
      await confirm(world, 'pm_card_threeDSecure2Required');
      return world;
    },
    run: endHold,
    outcome: async ({ site, orderId }) => {
      const { rows } = await withClient('superuser', (client) =>
        client.query('select from orders where id = $1 and extended_at is not null', [orderId]),
      );
      return rows.length === 0 ? null : orderOutcome(site);
    },
  }),
  operation<OrderWorld>({
    name: 'expire',
    prepare: () => prepareOrder(),
    run: endHold,
    outcome: ended,
  }),
  operation<OrderWorld>({
    name: 'expire_with_payment',
    prepare: preparePayment,
    run: endHold,
    outcome: ended,
  }),
];
