import { expect, it } from 'vitest';
import { confirmPayment } from '../../dev/client/pay.ts';
import { ApiVisitor, type ApiAnswer, type ApiProblem } from '../../dev/client/visitor.ts';
import { waitFor } from '../../dev/client/wait.ts';
import type { Order, Payment } from '../../worker/order/shape.ts';
import { deliver } from '../harness/consumer.ts';
import { makeCrowd, type CrowdBuyer } from '../harness/crowd.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { atProvider } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

/** A crowd takes most of a minute on two busy cores; its aftermath would be another test's. */
const CROWD_MILLISECONDS = 180_000;

const BUYERS = 400;
const UNITS = 200;

/** Numbers that no other crowd of this server has. */
const FIRST = { payers: 5_000_000, neighbours: 6_000_000 };

const crowdOf = (site: MintedSite, first: number, count: number): Promise<CrowdBuyer[]> =>
  withClient('superuser', (client) => makeCrowd(client, site.siteId, first, count));

type Placed = ApiAnswer<Order & ApiProblem>;

function place(site: MintedSite, visitor: ApiVisitor, { walletId }: CrowdBuyer): Promise<Placed> {
  const tier = { tier_id: site.tiers[0].id, tier_version: 1 };
  return visitor.order({ ...tier, quantity: 1, wallet_id: walletId, terms_version: site.termsVersion });
}

/** Orders and, if that works out, pays; without a card the page is left open. */
async function orderAndPay(site: MintedSite, buyer: CrowdBuyer, card: string | null): Promise<Placed> {
  const visitor = new ApiVisitor(site.url, { session: buyer.token, address: buyer.address });
  const placed = await place(site, visitor, buyer);
  if (placed.status !== 201) return placed;
  const { body: page, status } = await visitor.post<Payment>(`/orders/${placed.body.id}/payment`);
  expect(status).toBe(200);
  if (card !== null) await confirmPayment(useStack().stripe.url, page, card);
  return placed;
}

interface Stock {
  held: number;
  sold: number;
  paid: number;
}

/** Of the tier that everybody asks for; a site may have more of them. */
async function stockOf({ siteId, tiers: [{ id }] }: MintedSite): Promise<Stock | undefined> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<Stock>(
      `select held_units as held, sold_units as sold, (select count(*)::integer from orders o
         where o.site_id = t.site_id and o.status = 'paid') as paid from tiers t where site_id = $1 and id = $2`,
      [siteId, id],
    ),
  );
  return rows[0];
}

const until = (site: MintedSite, what: string, isThere: (stock: Stock) => boolean): Promise<Stock> =>
  waitFor(what, async () => {
    const stock = await stockOf(site);
    return stock !== undefined && isThere(stock) ? stock : undefined;
  });

/** Every captured PaymentIntent of the site at the provider, as the orders they name. */
async function chargedOrders(site: MintedSite): Promise<string[]> {
  const charged: string[] = [];
  for (let after = ''; ;) {
    const { data, has_more } = await atProvider<{
      data: { id: string; amount_received: number; metadata: Record<string, string> }[];
      has_more: boolean;
    }>(`/v1/payment_intents?limit=100${after}`);
    const own = data.filter(({ metadata }) => metadata['site'] === site.code);
    charged.push(...own.filter((each) => each.amount_received > 0).map(({ metadata }) => metadata['order'] ?? ''));
    // The newest come first: before the first of this site there is nothing to find.
    if (!has_more || own.length === 0) return charged;
    after = `&starting_after=${data.at(-1)?.id ?? ''}`;
  }
}

it(
  'of 400 buyers who order and pay at once for 200 units, exactly 200 get one and nobody else pays',
  { timeout: CROWD_MILLISECONDS },
  async () => {
    const tiers = [{ totalUnits: UNITS, maxUnitsPerBuyer: 1 }];
    const site = await mintSite({ tiers, settings: { limits: 'relaxed' } });
    const crowd = await crowdOf(site, FIRST.payers, BUYERS);
    // One in ten is declined, and one leaves the page.
    const cardOf = (at: number) => (at % 10 === 0 ? 'pm_card_chargeDeclined' : at % 10 === 1 ? null : 'pm_card_visa');
    const answers = await Promise.all(crowd.map((buyer, at) => orderAndPay(site, buyer, cardOf(at))));
    const refused = answers.filter(({ status }) => status !== 201);
    expect(refused).toHaveLength(BUYERS - UNITS);
    expect([...new Set(refused.map(({ body }) => body.code))]).toEqual(['tier.sold_out']);
    const paying = answers.filter(({ status }, at) => status === 201 && cardOf(at) === 'pm_card_visa').length;
    expect(await until(site, 'the first payments', ({ paid }) => paid === paying)).toEqual({
      ...{ held: UNITS - paying, sold: paying, paid: paying },
    });

    await withClient('superuser', (client) =>
      client.query(
        `update orders set expires_at = app.now() - interval '1 second' where site_id = $1 and status = 'pending'`,
        [site.siteId],
      ),
    );
    await deliver({ v: 1, kind: 'sweep', site: site.code, name: 'orders.expire' });
    await until(site, 'the end of the holds', ({ held }) => held === 0);

    const others = crowd.filter((_, at) => answers[at]?.status !== 201);
    const second = await Promise.all(others.map((buyer) => orderAndPay(site, buyer, 'pm_card_visa')));
    expect(second.filter(({ status }) => status === 201)).toHaveLength(UNITS - paying);
    expect(await until(site, 'the last payments', ({ paid }) => paid === UNITS)).toEqual({
      ...{ held: 0, sold: UNITS, paid: UNITS },
    });
    const { rows } = await withClient('superuser', (client) =>
      client.query<{ id: string }>(`select id from orders where site_id = $1 and status = 'paid'`, [site.siteId]),
    );
    expect((await chargedOrders(site)).sort()).toEqual(rows.map(({ id }) => id).sort());
    await expectChecks();
  },
);

it('200 wallets behind one address hold no more unpaid orders than the setting, all at once', async () => {
  const site = await mintSite({ settings: { unpaidPerAddressMax: 5, limits: 'relaxed' } });
  const crowd = await crowdOf(site, FIRST.neighbours, 200);
  const visitors = crowd.map(({ token }) => new ApiVisitor(site.url, { session: token, address: '203.0.113.77' }));
  const answers = await Promise.all(
    crowd.map((buyer, at) => place(site, visitors[at] ?? new ApiVisitor(site.url), buyer)),
  );
  const codes = answers.filter(({ status }) => status !== 201).map(({ body }) => body.code);
  expect(codes).toEqual(Array(195).fill('order.too_many_unpaid'));
  expect(await stockOf(site)).toMatchObject({ held: 5, sold: 0 });

  // A place that is given up can be taken, by one.
  const holder = answers.findIndex(({ status }) => status === 201);
  await visitors[holder]?.post(`/orders/${answers[holder]?.body.id ?? ''}/cancel`);
  const waiting = crowd.map((buyer, at) => ({ buyer, visitor: visitors[at], status: answers[at]?.status }));
  const again = await Promise.all(
    waiting
      .filter(({ status }) => status !== 201)
      .slice(0, 20)
      .map(({ buyer, visitor }) => place(site, visitor ?? new ApiVisitor(site.url), buyer)),
  );
  expect(again.filter(({ status }) => status === 201)).toHaveLength(1);
  await expectChecks();
});
