import { waitFor } from '../../../dev/client/wait.ts';
import { buy, newBuyer } from '../../harness/buyer.ts';
import { atProvider, intentOf, steer } from '../../harness/provider.ts';
import { mintSite, type MintedSite } from '../../harness/site.ts';
import { operation } from '../operation.ts';
import { asOperator } from './operator.ts';
import { onceOver } from './world.ts';

interface World {
  site: MintedSite;
  orderId: string;
  intent: string;
}

async function prepare(): Promise<World> {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site, { quantity: 2, referralCode: site.agents[1].referralCode });
  return { site, orderId: order.id, intent: await intentOf(order.id) };
}

const refunded = onceOver(({ orders }) => orders.every(({ status }) => status === 'refunded'));

/** Money that goes back, and what may take it: refunds, disputes, warnings. */
export const reversing = [
  operation<World>({
    name: 'refund_at_provider',
    prepare,
    run: async ({ intent }) => {
      await atProvider('/v1/refunds', { payment_intent: intent });
    },
    outcome: refunded,
  }),
  operation<World>({
    name: 'refund',
    prepare,
    run: ({ site, orderId }) => asOperator(site, `orders/${orderId}/refunds`, { reason: 'wish' }),
    outcome: refunded,
  }),
  operation<World>({
    name: 'refund_part',
    prepare,
    run: ({ site, orderId }) => asOperator(site, `orders/${orderId}/refunds`, { reason: 'wish', amount_minor: '777' }),
    outcome: onceOver(({ orders }) => orders.every(({ reversed }) => reversed === '777')),
  }),
  operation<World & { refund: string }>({
    name: 'refund_fails',
    prepare: async () => {
      const world = await prepare();
      const { id } = await atProvider<{ id: string }>('/v1/refunds', { payment_intent: world.intent });
      await waitFor('the refund', async () => (await refunded(world)) ?? undefined);
      return { ...world, refund: id };
    },
    run: async ({ refund }) => {
      await steer('/refund', { refund, outcome: 'fail' });
    },
    outcome: onceOver(({ refunds }) => refunds?.every(({ state }) => state === 'failed') ?? false),
  }),
  operation<World>({
    name: 'restock',
    prepare: async () => {
      const world = await prepare();
      await atProvider('/v1/refunds', { payment_intent: world.intent });
      await waitFor('the refund', async () => (await refunded(world)) ?? undefined);
      return world;
    },
    run: ({ site, orderId }) => asOperator(site, `orders/${orderId}/restock`, { reason: 'sold again' }),
    outcome: refunded,
  }),
  operation<World>({
    name: 'dispute_won',
    prepare,
    run: async ({ intent }) => {
      const { id } = await steer<{ id: string }>('/dispute', { payment_intent: intent });
      await steer('/dispute_status', { dispute: id, status: 'won' });
    },
    outcome: onceOver(({ orders, disputes }) => disputes !== null && orders.every(({ frozen }) => !frozen)),
  }),
  operation<World>({
    name: 'dispute_lost',
    prepare,
    run: async ({ intent }) => {
      const { id } = await steer<{ id: string }>('/dispute', { payment_intent: intent });
      await steer('/dispute_status', { dispute: id, status: 'lost' });
    },
    outcome: refunded,
  }),
  operation<World>({
    name: 'fraud_warning',
    prepare,
    run: async ({ intent }) => {
      await steer('/early_fraud_warning', { payment_intent: intent });
    },
    outcome: onceOver(({ orders }) => orders.every(({ frozen }) => frozen)),
  }),
];
