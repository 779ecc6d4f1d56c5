import { withSite } from '../../harness/database.ts';
import { steer } from '../../harness/provider.ts';
import { buy, newBuyer } from '../../harness/buyer.ts';
import { waitFor } from '../../../dev/client/wait.ts';
import type { MintedSite } from '../../harness/site.ts';
import { operation } from '../operation.ts';
import { asOperator, operator } from './operator.ts';
import { cancel, onceOver, place, prepareOrder, type OrderWorld } from './world.ts';

interface LateWorld extends OrderWorld {
  amountMinor: string;
}

/** An order that its buyer gave up, and perhaps somebody who took the last units since. */
async function prepareEnded(isSoldOut: boolean): Promise<LateWorld> {
  const world = await prepareOrder({ tiers: [{ totalUnits: 2 }] });
  await operator();
  await cancel(world);
  if (isSoldOut) await place({ ...world, buyer: await newBuyer(world.site) });
  return { ...world, amountMinor: String(world.site.tiers[0].unitPriceMinor * 2n) };
}

/** Money comes for it at the provider, by a PaymentIntent that only we could have made. */
const payBeside = (site: MintedSite, orderId: string, amountMinor: string) =>
  steer('/forge', {
    amount: Number(amountMinor),
    currency: site.currency.toLowerCase(),
    metadata: { site: site.code, order: orderId },
  });

const underReview = onceOver(({ orders }) => orders.some(({ status }) => status === 'review'));
const accepted = onceOver(({ orders }) => orders.some(({ status }) => status === 'paid'));

async function prepareReview(): Promise<LateWorld> {
  const world = await prepareEnded(true);
  await payBeside(world.site, world.orderId, world.amountMinor);
  await waitFor('the review', async () => (await underReview(world)) ?? undefined);
  return world;
}

const decide = ({ site, orderId }: LateWorld, decision: 'accept' | 'return') =>
  asOperator(site, `orders/${orderId}/review`, { decision, reason: 'as agreed' });

/** Money that comes when its order waits for none. */
export const comingLate = [
  operation<LateWorld>({
    name: 'paid_late',
    prepare: () => prepareEnded(false),
    run: async ({ site, orderId, amountMinor }) => {
      await payBeside(site, orderId, amountMinor);
    },
    outcome: accepted,
  }),
  operation<LateWorld>({
    name: 'paid_too_late',
    prepare: () => prepareEnded(true),
    run: async ({ site, orderId, amountMinor }) => {
      await payBeside(site, orderId, amountMinor);
    },
    outcome: underReview,
  }),
  operation<LateWorld>({
    name: 'paid_twice',
    prepare: async () => {
      const world = await prepareOrder();
      const order = await buy(await newBuyer(world.site), world.site, { quantity: 2 });
      await cancel(world);
      return { ...world, orderId: order.id, amountMinor: order.amount_minor };
    },
    run: async ({ site, orderId, amountMinor }) => {
      await payBeside(site, orderId, amountMinor);
    },
    outcome: onceOver(
      ({ payments, refunds }) =>
        payments?.includes('surplus') === true && refunds?.every(({ state }) => state === 'succeeded') === true,
    ),
  }),
  operation<LateWorld>({
    name: 'review_accepted',
    prepare: async () => {
      const world = await prepareReview();
      await withSite('operator', world.site.siteId, (client) =>
        client.query('update tiers set total_units = 10 where site_id = $1', [world.site.siteId]),
      );
      return world;
    },
    run: (world) => decide(world, 'accept'),
    outcome: accepted,
  }),
  operation<LateWorld>({
    name: 'review_returned',
    prepare: prepareReview,
    run: (world) => decide(world, 'return'),
    outcome: onceOver(({ orders }) => orders.some(({ status }) => status === 'refunded')),
  }),
];
