import { randomUUID } from 'node:crypto';
import { confirmPayment } from '../../dev/client/pay.ts';
import type { AdminRelease } from '../../worker/admin/shape.ts';
import type { Order, OrderDetail, Payment } from '../../worker/order/shape.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { buy, newBuyer, orderBody, payOrder, type Buyer } from '../harness/buyer.ts';
import { newOperator } from '../harness/operator.ts';
import { atProvider, intentOf, steer } from '../harness/provider.ts';
import type { MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

/** Codes that both sites have: for half the price, and for nothing. */
export const PROMO = { half: 'HALF', free: 'FREE' };

/** Something that happens on a site: what was there before was heard of, of what happens then nothing may be. */
export interface Story {
  readonly name: string;
  /** @returns what happens then */
  readonly begin: (site: MintedSite) => Promise<() => Promise<unknown>>;
}

const story = (name: string, begin: Story['begin']): Story => ({ name, begin });

async function place(site: MintedSite, promo?: string): Promise<{ buyer: Buyer; order: Order }> {
  const buyer = await newBuyer(site);
  const asked = orderBody(buyer, site, { quantity: 2, referralCode: site.agents[1].referralCode });
  const placed = await buyer.visitor.order<Order>({ ...asked, ...(promo === undefined ? {} : { promo_code: promo }) });
  if (placed.status !== 201) throw new Error(`the order was refused: ${JSON.stringify(placed.body)}`);
  return { buyer, order: placed.body };
}

async function bought(site: MintedSite): Promise<{ buyer: Buyer; order: OrderDetail; intent: string }> {
  const buyer = await newBuyer(site);
  const order = await buy(buyer, site, { quantity: 2, referralCode: site.agents[1].referralCode });
  return { buyer, order, intent: await intentOf(order.id) };
}

/** Has the order paid while nobody may hear of it, and then what befalls the payment at the provider. */
const paidThen = (then: (intent: string, order: Order) => Promise<unknown>, card?: string): Story['begin'] =>
  async function begin(site) {
    const { buyer, order } = await place(site);
    return async () => {
      const { created } = await payOrder(buyer, order.id, card);
      const [intent = ''] = created.body.client_secret.split('_secret_');
      await then(intent, order);
    };
  };

/** What befalls an order that was paid before. */
const boughtThen = (then: (intent: string, order: OrderDetail, site: MintedSite) => Promise<unknown>): Story['begin'] =>
  async function begin(site) {
    const { intent, order } = await bought(site);
    return () => then(intent, order, site);
  };

const refundPart = (intent: string, amount: string) => atProvider('/v1/refunds', { payment_intent: intent, amount });

async function dispute(intent: string, ...statuses: readonly string[]): Promise<void> {
  const { id } = await steer<{ id: string }>('/dispute', { payment_intent: intent });
  for (const status of statuses) await steer('/dispute_status', { dispute: id, status });
}

const payBeside = (site: MintedSite, { id, amount_minor }: Order) =>
  steer('/forge', {
    amount: Number(amount_minor),
    currency: site.currency.toLowerCase(),
    metadata: { site: site.code, order: id },
  });

async function asOperator(site: MintedSite, path: string, body: object): Promise<void> {
  const operator = await newOperator();
  const answer = await operator.post(`/admin/${site.code}/${path}`, body, { 'idempotency-key': randomUUID() });
  if (answer.status >= 300) throw new Error(`${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
}

/** An order whose money came when the last units of a tier were gone. */
const reviewedThen = (decision: 'accept' | 'return'): Story['begin'] =>
  async function begin(site) {
    const [, scarce] = site.tiers;
    const tierId = scarce?.id;
    const [late, quick] = [await newBuyer(site), await newBuyer(site)];
    const ask = (buyer: Buyer) =>
      buyer.visitor.order<Order>(orderBody(buyer, site, { tierId, quantity: scarce?.totalUnits ?? 0 }));
    const { body: order } = await ask(late);
    await late.visitor.post(`/orders/${order.id}/cancel`);
    const { body: other } = await ask(quick);
    await payBeside(site, order);
    await waitFor('the review', async () => {
      const { body } = await late.visitor.get<OrderDetail>(`/orders/${order.id}`);
      return body.status === 'review' || undefined;
    });
    await quick.visitor.post(`/orders/${other.id}/cancel`);
    return () => asOperator(site, `orders/${order.id}/review`, { decision, reason: 'as agreed' });
  };

/** Everything that can befall an order of which the platform hears by a webhook or a message. */
export const STORIES: readonly Story[] = [
  story(
    'paid',
    paidThen(() => Promise.resolve()),
  ),
  story(
    'paid and partly refunded',
    paidThen((intent) => refundPart(intent, '777')),
  ),
  story(
    'paid and refunded in parts',
    paidThen(async (intent, { amount_minor }) => {
      await refundPart(intent, '777');
      await refundPart(intent, String(BigInt(amount_minor) - 777n));
    }),
  ),
  story(
    'paid and disputed',
    paidThen((intent) => dispute(intent)),
  ),
  story(
    'paid, disputed, won',
    paidThen((intent) => dispute(intent, 'under_review', 'won')),
  ),
  story(
    'paid, disputed, lost',
    paidThen((intent) => dispute(intent, 'lost')),
  ),
  story(
    'paid, partly refunded, the rest lost',
    paidThen(async (intent) => {
      await refundPart(intent, '777');
      await dispute(intent, 'lost');
    }),
  ),
  story(
    'paid and warned of',
    paidThen((intent) => steer('/early_fraud_warning', { payment_intent: intent })),
  ),
  story(
    'paid after 3-D Secure',
    paidThen(
      (intent) => steer('/three_d_secure', { payment_intent: intent, outcome: 'complete' }),
      'pm_card_threeDSecure2Required',
    ),
  ),
  story(
    'paid after the bank has thought',
    paidThen((intent) => steer('/processing', { payment_intent: intent, outcome: 'succeed' }), 'pm_card_processing'),
  ),
  story(
    'declined',
    paidThen(() => Promise.resolve(), 'pm_card_chargeDeclined'),
  ),
  story(
    'stuck in 3-D Secure',
    paidThen(() => Promise.resolve(), 'pm_card_threeDSecure2Required'),
  ),
  story('left', async (site) => {
    await place(site);
    return () => Promise.resolve();
  }),
  story('free', (site) => Promise.resolve(() => place(site, PROMO.free))),
  story('at half the price', async (site) => {
    const { buyer, order } = await place(site, PROMO.half);
    return () => payOrder(buyer, order.id);
  }),
  story('cancelled and paid late', async (site) => {
    const { buyer, order } = await place(site);
    await buyer.visitor.post(`/orders/${order.id}/cancel`);
    return () => payBeside(site, order);
  }),
  story(
    'bought and paid twice',
    boughtThen((_, order, site) => payBeside(site, order)),
  ),
  story(
    'bought and refunded there',
    boughtThen((intent) => atProvider('/v1/refunds', { payment_intent: intent })),
  ),
  story(
    'bought and refunded here',
    boughtThen((_, { id }, site) => asOperator(site, `orders/${id}/refunds`, { reason: 'wish' })),
  ),
  story(
    'bought, and the refund comes back',
    boughtThen(async (intent) => {
      const { id } = (await refundPart(intent, '777')) as { id: string };
      await steer('/refund', { refund: id, outcome: 'fail' });
    }),
  ),
  story(
    'bought and lost',
    boughtThen((intent) => dispute(intent, 'lost')),
  ),
  story('under review and accepted', reviewedThen('accept')),
  story('under review and given back', reviewedThen('return')),
  story(
    'bought and paid out',
    boughtThen(async (_, { id }, site) => {
      const operator = await newOperator();
      const { body } = await operator.get<{ items: AdminRelease[] }>(`/admin/${site.code}/releases`);
      const release = body.items.find(({ order_id, state }) => order_id === id && state === 'due');
      await asOperator(site, 'releases/approve', { release_ids: [release?.id] });
    }),
  ),
  story('two windows', async (site) => {
    const { buyer, order } = await place(site);
    const { body: page } = await buyer.visitor.post<Payment>(`/orders/${order.id}/payment`);
    return () => Promise.all([1, 2].map(() => confirmPayment(useStack().stripe.url, page)));
  }),
];
