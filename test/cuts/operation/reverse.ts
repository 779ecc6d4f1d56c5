import { buy, newBuyer } from '../../harness/buyer.ts';
import { atProvider, intentOf, steer } from '../../harness/provider.ts';
import { mintSite, type MintedSite } from '../../harness/site.ts';
import { operation } from '../operation.ts';
import { orderOutcome } from '../order_outcome.ts';

interface World {
  site: MintedSite;
  intent: string;
}

async function prepare(): Promise<World> {
  const site = await mintSite();
  const order = await buy(await newBuyer(site), site, { quantity: 2, referralCode: site.agents[1].referralCode });
  return { site, intent: await intentOf(order.id) };
}

interface Found {
  orders: { status: string; frozen: boolean }[];
}

/** What it came to, once `isOver` says so of it. */
const onceOver =
  (isOver: (found: Found) => boolean) =>
  async ({ site }: World) => {
    const found = (await orderOutcome(site)) as Found;
    return isOver(found) ? found : null;
  };
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
