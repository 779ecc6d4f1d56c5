import { expect, it } from 'vitest';
import { ApiVisitor } from '../../dev/client/visitor.ts';
import type { Balance, Me } from '../../worker/me/shape.ts';
import type { Order, Quote } from '../../worker/order/shape.ts';
import type { Site } from '../../worker/site/shape.ts';
import type { Tier } from '../../worker/tier/shape.ts';
import { buy, newBuyer, orderBody, type Buyer } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { eachAtOnce } from '../harness/flight.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';

const REQUESTS = 10_000;
const IN_FLIGHT = 32;
const BUYERS_OF_A_SITE = 4;
/** So many requests have two among them that place an order. */
const ORDER_EVERY = 100;

/** A buyer and what must come back to them and to nobody else. */
interface Customer {
  site: MintedSite;
  buyer: Buyer;
  purchasedBase: string;
  /** Ids of the orders that this customer was ever shown. */
  orders: Set<string>;
  /** Ends with the last order under way: one buyer's orders come one after the other. */
  ordering: Promise<void>;
}

it(`gives each of ${REQUESTS} interleaved requests the answer of the site and person that asked`, async () => {
  // Each buyer asks more in a minute than one may by default.
  const settings = { limits: 'relaxed' };
  const sites = [await mintSite({ settings }), await mintSite({ settings, token: 'asia' })] as const;
  const pairs = Array.from({ length: BUYERS_OF_A_SITE }, (_, index) =>
    sites.map((site) => customerOf(site, index + 1)),
  );
  const customers = await Promise.all(pairs.flat());
  // Neighbours are of different sites, and with 7 questions to 8 customers everybody asks everything.
  const started = performance.now();
  const numbers = Array.from({ length: REQUESTS }, (_, index) => index);
  await eachAtOnce(IN_FLIGHT, numbers, async (index) => {
    const customer = customers[index % customers.length];
    if (customer === undefined) throw new TypeError('there are customers');
    if (index % ORDER_EVERY < 2) return orderInTurn(customer, `the-same-key-${Math.floor(index / ORDER_EVERY)}`);
    const ask = QUESTIONS[index % QUESTIONS.length];
    await ask?.(customer);
  });
  const seconds = (performance.now() - started) / 1_000;
  await expectRowsInPlace(customers);
  console.log(`context bleed: ${REQUESTS} requests, ${Math.round(REQUESTS / seconds)} a second`);
}, 240_000);

/** Buys so many units as nobody else of the site did: the balance tells buyers apart. */
async function customerOf(site: MintedSite, units: number): Promise<Customer> {
  const buyer = await newBuyer(site);
  const paid = await buy(buyer, site, { quantity: units });
  return {
    ...{ site, buyer, purchasedBase: paid.token_base },
    ...{ orders: new Set([paid.id]), ordering: Promise.resolve() },
  };
}

type Question = (customer: Customer) => Promise<void>;

/** Every question is about something that differs between the two sites, and between the buyers where they are asked. */
const QUESTIONS: readonly Question[] = [
  ({ site }) => siteShown(new ApiVisitor(site.url), site),
  ({ site }) => tiersShown(new ApiVisitor(site.url), site),
  async ({ site, buyer }) => {
    await siteShown(buyer.visitor, site);
  },
  async ({ buyer }) => {
    const { status, body } = await buyer.visitor.get<Me>('/me');
    expect({ status, id: body.id, wallets: body.wallets }).toEqual({
      status: 200,
      id: buyer.me.id,
      wallets: buyer.me.wallets,
    });
  },
  async ({ buyer, purchasedBase, site }) => {
    const { status, body } = await buyer.visitor.get<Balance>('/me/balance');
    const expected = { status: 200, symbol: SYMBOLS[site.currency], purchased: purchasedBase };
    expect({ status, symbol: body.token_symbol, purchased: body.purchased_base }).toEqual(expected);
  },
  async ({ buyer, site, orders }) => {
    const { status, body } = await buyer.visitor.get<{ items: Order[] }>('/orders?limit=5');
    expect(status).toBe(200);
    const { address } = buyer;
    for (const order of body.items) {
      expect(order).toMatchObject({ wallet_address: address, currency: site.currency });
      // One under way may be listed before its own answer came; whose it is, the rows tell in the end.
      orders.add(order.id);
    }
    expect(body.items.length).toBeGreaterThan(0);
  },
  async ({ buyer, site }) => {
    const [tier] = site.tiers;
    const { status, body } = await buyer.visitor.post<Quote>('/orders/preview', { tier_id: tier.id, quantity: 2 });
    const price = { unit_price_minor: tier.unitPriceMinor.toString(), currency: site.currency, tier_id: tier.id };
    expect({ status, ...body }).toMatchObject({ status: 200, ...price });
  },
];

const SYMBOLS: Record<string, string> = { USD: 'NAT', JPY: 'ASIA' };

async function siteShown(visitor: ApiVisitor, { code, currency }: MintedSite): Promise<void> {
  const { status, body } = await visitor.get<Site>('/site');
  const { code: seen, name, currency: money } = body;
  expect({ status, seen, name, money }).toEqual({ status: 200, seen: code, name: `Test ${code}`, money: currency });
}

async function tiersShown(visitor: ApiVisitor, { tiers }: MintedSite): Promise<void> {
  const { status, body } = await visitor.get<{ items: Tier[] }>('/tiers');
  expect({ status, ids: body.items.map(({ id }) => id) }).toEqual({ status: 200, ids: tiers.map(({ id }) => id) });
}

/** Places an order on the second tier under a key that buyers of both sites use at the same time. */
function orderInTurn(customer: Customer, idempotencyKey: string): Promise<void> {
  const { site, buyer, orders } = customer;
  const tierId = site.tiers[1]?.id;
  customer.ordering = customer.ordering.then(async () => {
    const answer = await buyer.visitor.order<Order>(orderBody(buyer, site, { tierId }), idempotencyKey);
    const { status, body } = answer;
    expect({ status, wallet: body.wallet_address, tier: body.tier.id }).toEqual({
      status: 201,
      wallet: buyer.address,
      tier: tierId,
    });
    orders.add(body.id);
  });
  return customer.ordering;
}

/** Whatever was answered to a customer is a row of theirs on their site, and none of their rows was kept from them. */
async function expectRowsInPlace(customers: readonly Customer[]): Promise<void> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ id: string; owner: string }>(
      `select o.id, o.site_id || ' ' || o.user_id as owner from orders o
       join idempotency_keys k on k.site_id = o.site_id and k.user_id = o.user_id and k.object_id = o.id
       join tiers t on t.site_id = o.site_id and t.id = o.tier_id
       join order_events e on e.site_id = o.site_id and e.order_id = o.id and e.user_id = o.user_id and e.sequence = 1
       where o.site_id = any($1) order by o.id`,
      [[...new Set(customers.map(({ site }) => site.siteId))]],
    ),
  );
  const answered = customers.flatMap(({ site, buyer, orders }) =>
    [...orders].map((id) => ({ id, owner: `${site.siteId} ${buyer.me.id}` })),
  );
  expect(answered.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(rows);
}
