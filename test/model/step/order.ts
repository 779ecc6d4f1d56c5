import { randomUUID } from 'node:crypto';
import type { ApiAnswer, ApiProblem } from '../../../dev/client/visitor.ts';
import type { Order, OrderBody, Quote } from '../../../worker/order/shape.ts';
import { orderBody } from '../../harness/buyer.ts';
import { deliver } from '../../harness/consumer.ts';
import { capture, countHolds, expire } from '../follow.ts';
import { buyerUnits, leftUnits, promoUses, type ModelOrder, type Sale } from '../sale.ts';
import { PROMO_CODE, type World } from '../world.ts';
import type { Kind } from '../step.ts';
import { expectAnswer } from './answer.ts';

interface Wish {
  readonly buyer: number;
  readonly tier: number;
}

const wishes = (sale: Sale): Wish[] =>
  sale.buyers.flatMap((_, buyer) => sale.tiers.map((__, tier) => ({ buyer, tier })));

/** The buyer's unpaid order of the tier, whose place a new one takes. */
const unpaid = ({ orders }: Sale, { buyer, tier }: Wish): ModelOrder | undefined =>
  orders.find((order) => order.buyer === buyer && order.tier === tier && order.status === 'pending');

const place: Kind<Wish> = {
  name: 'place',
  weight: 5,
  targets: wishes,
  async run(sale, world, wish, choice) {
    const asked = askOf(world, wish, choice);
    const hindrances = hindrancesOf(sale, wish, asked);
    const answer = await world.buyer(wish.buyer).visitor.order<Order & ApiProblem>(asked.body, asked.key);
    if (hindrances.length === 0) {
      expectAnswer(answer, 201);
      const old = unpaid(sale, wish);
      if (old !== undefined) old.status = 'cancelled';
      sale.orders.push(placed(sale, world, wish, asked, answer));
    } else {
      expectAnswer(answer, 400, ...hindrances);
    }
  },
};

/** Everybody asks for the same tier at once; nobody has an unpaid order there. */
const rush: Kind<number> = {
  name: 'rush',
  weight: 2,
  targets: (sale) =>
    sale.tiers
      .map((_, tier) => tier)
      .filter((tier) => sale.buyers.every((__, buyer) => !unpaid(sale, { buyer, tier }))),
  async run(sale, world, tier, choice) {
    const asks = sale.buyers.map((_, buyer) => ({
      wish: { buyer, tier },
      asked: askOf(world, { buyer, tier }, choice),
    }));
    const before = asks.map(({ wish, asked }) => hindrancesOf(sale, wish, asked));
    const answers = await Promise.all(
      asks.map(({ wish, asked }) => world.buyer(wish.buyer).visitor.order<Order & ApiProblem>(asked.body, asked.key)),
    );
    for (const [index, { wish, asked }] of asks.entries()) {
      const answer = answers[index];
      if (answer?.status !== 201) continue;
      expectAnswer(answer, 201);
      if (before[index]?.length !== 0) throw new Error(`placed in spite of ${String(before[index])}`);
      sale.orders.push(placed(sale, world, wish, asked, answer));
    }
    for (const [index, { wish, asked }] of asks.entries()) {
      const answer = answers[index];
      // Whoever was refused is refused still: by what the others took.
      if (answer !== undefined && answer.status !== 201) expectAnswer(answer, 400, ...hindrancesOf(sale, wish, asked));
    }
  },
};

const repeatOrder: Kind<ModelOrder> = {
  name: 'repeat the order',
  targets: ({ orders }) => orders,
  async run(_, world, order) {
    const answer = await world.buyer(order.buyer).visitor.order<Order & ApiProblem>(order.body, order.key);
    expectAnswer(answer, 200);
    if (answer.body.id !== order.id) throw new Error('the key answered with another order');
  },
};

const otherOrderUnderKey: Kind<ModelOrder> = {
  name: 'use the key again',
  targets: ({ orders }) => orders,
  async run(_, world, order) {
    const body: OrderBody = { ...order.body, quantity: order.body.quantity + 1 };
    const answer = await world.buyer(order.buyer).visitor.order<ApiProblem>(body, order.key);
    expectAnswer(answer, 422, 'idempotency.mismatch');
  },
};

const cancel: Kind<ModelOrder> = {
  name: 'cancel',
  targets: ({ orders }) => orders,
  async run(sale, world, order) {
    const answer = await world.buyer(order.buyer).visitor.post<ApiProblem>(`/orders/${order.id}/cancel`);
    const [payment] = order.payments;
    const isStoppable = payment?.at !== 'processing' && payment?.at !== 'succeeded';
    if (order.status === 'cancelled') {
      expectAnswer(answer, 200);
      return;
    }
    if (order.status !== 'pending' || !isStoppable) {
      expectAnswer(answer, 409, 'order.state');
      return;
    }
    expectAnswer(answer, 200);
    order.status = 'cancelled';
    countHolds(sale, order, order.isOver ? 1 : 0);
    if (payment !== undefined) Object.assign(payment, { at: 'canceled', state: 'canceled' });
  },
};

const expiry: Kind<ModelOrder> = {
  name: 'let the hold end',
  weight: 3,
  targets: ({ orders }) => orders.filter(({ status }) => status === 'pending'),
  async run(sale, world, order) {
    await endHold(world, order);
    const [payment] = order.payments;
    switch (payment?.at) {
      case 'requires_action':
      case 'processing':
        if (!order.isExtended) return void (order.isExtended = true);
        // A bank that is still thinking cannot be stopped.
        if (payment.at === 'processing') return void (order.isOver = true);
        break;
      case 'succeeded': {
        capture(sale, order, payment);
        return;
      }
      case 'requires_payment_method':
      case 'canceled':
      case undefined:
    }
    expire(sale, order);
    if (payment !== undefined) Object.assign(payment, { at: 'canceled', state: 'canceled' });
  },
};

/** The hold's time is over, and the sweep that ends holds comes by. */
export async function endHold({ lane, site }: World, { id }: ModelOrder): Promise<void> {
  await lane.superuser.query(`update orders set expires_at = app.now() - interval '1 second' where id = $1`, [id]);
  await deliver({ v: 1, kind: 'sweep', site: site.code, name: 'orders.expire' });
}

const preview: Kind<Wish> = {
  name: 'preview',
  targets: wishes,
  async run(sale, world, { buyer, tier }, choice) {
    const { body } = askOf(world, { buyer, tier }, choice);
    const { tier_id, quantity } = body;
    const answer = await world.buyer(buyer).visitor.post<Quote & ApiProblem>('/orders/preview', { tier_id, quantity });
    if (quantity > (sale.tiers[tier]?.maxUnitsPerBuyer ?? 0)) {
      expectAnswer(answer, 400, 'tier.buyer_limit');
      return;
    }
    expectAnswer(answer, 200);
    const price = world.site.tiers[tier]?.unitPriceMinor ?? 0n;
    if (answer.body.amount_minor !== String(price * BigInt(quantity))) throw new Error('another price than the tier’s');
  },
};

export const orderSteps = { place, rush, repeatOrder, otherOrderUnderKey, cancel, expiry, preview };

interface Asked {
  readonly body: OrderBody;
  readonly key: string;
  readonly code: number | null;
}

/** What a buyer asks for: one to four units, now and then by an agent's link, now and then with the promo code. */
function askOf({ site, ...world }: World, { buyer, tier }: Wish, choice: number): Asked {
  const code = choice % 3 === 2 ? null : choice % 3;
  const body = orderBody(world.buyers[buyer] as never, site, {
    tierId: site.tiers[tier]?.id,
    quantity: 1 + (choice % 4),
    referralCode: code === null ? undefined : site.agents[code]?.referralCode,
  });
  return { body: choice % 5 === 0 ? { ...body, promo_code: PROMO_CODE } : body, key: randomUUID(), code };
}

/** Every reason against an order; which of several is named is the platform's affair. */
function hindrancesOf(sale: Sale, wish: Wish, { body }: Asked): string[] {
  const { tier, buyer } = wish;
  const units = body.quantity;
  const old = unpaid(sale, wish);
  // The order whose place the new one takes gives back what it has.
  const others: Sale = { ...sale, orders: sale.orders.filter((order) => order !== old) };
  const left = leftUnits(others, tier);
  const usesPromo = body.promo_code !== undefined;
  return [
    [(sale.buyers[buyer]?.vainHolds ?? 0) >= 3, 'order.too_many_expired'] as const,
    [old !== undefined && old.payments.length > 0, 'order.unpaid_exists'] as const,
    [usesPromo && promoUses(others) >= sale.promo.maxUses, 'promo.exhausted'] as const,
    [usesPromo && promoUses(others, buyer) >= sale.promo.maxUsesPerBuyer, 'promo.buyer_limit'] as const,
    [buyerUnits(others, tier, buyer) + units > (sale.tiers[tier]?.maxUnitsPerBuyer ?? 0), 'tier.buyer_limit'] as const,
    [left === 0, 'tier.sold_out'] as const,
    [left > 0 && left < units, 'tier.not_enough_left'] as const,
  ].flatMap(([stands, code]) => (stands ? [code] : []));
}

function placed(
  sale: Sale,
  world: World,
  { buyer, tier }: Wish,
  { body, key, code }: Asked,
  { body: order }: ApiAnswer<Order>,
): ModelOrder {
  // The second agent was brought by the first.
  const agent = sale.buyers[buyer]?.referrer ?? code;
  return {
    id: order.id,
    buyer,
    tier,
    units: body.quantity,
    amountMinor: BigInt(order.amount_minor),
    tokenBase: BigInt(order.token_base),
    chain: agent === null ? [] : agent === 1 ? [1, 0] : [0],
    usesPromo: body.promo_code !== undefined,
    key,
    body,
    status: 'pending',
    isExtended: false,
    isOver: false,
    isGranted: false,
    isWarned: false,
    wish: null,
    isReturnRefused: false,
    ready: [],
    isRestocked: false,
    payments: [],
  };
}
