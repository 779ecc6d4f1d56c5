import { expect, it } from 'vitest';
import type { ApiProblem } from '../../dev/client/visitor.ts';
import { waitFor } from '../../dev/client/wait.ts';
import type { Restocked } from '../../worker/admin/order/shape.ts';
import type { AdminOrderDetail } from '../../worker/admin/shape.ts';
import type { Tier } from '../../worker/tier/shape.ts';
import { buy, newBuyer, placeOrder } from '../harness/buyer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { appointOperator, newOperator } from '../harness/operator.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { randomUUID } from 'node:crypto';

const REASON = { reason: 'the units are sold again' };

async function soldOut() {
  const site = await mintSite({ tiers: [{ totalUnits: 2, maxUnitsPerBuyer: 2 }] });
  const buyer = await newBuyer(site);
  const order = await buy(buyer, site, { quantity: 2 });
  const operator = await newOperator();
  const path = `/admin/${site.code}/orders/${order.id}`;
  return { site, buyer, operator, order, path };
}

type World = Awaited<ReturnType<typeof soldOut>>;

/** Gives all the money back and waits until the order is refunded. */
async function refundWhole({ operator, path }: World): Promise<void> {
  await operator.post(`${path}/refunds`, REASON, { 'idempotency-key': randomUUID() });
  await waitFor('the refund', async () => {
    const { body } = await operator.get<AdminOrderDetail>(path);
    return body.status === 'refunded' ? true : undefined;
  });
}

const unitsOf = ({ siteId }: MintedSite) =>
  withClient('superuser', async (client) => {
    const { rows } = await client.query<{ sold: number; bought: number; audited: number }>(
      `select t.sold_units as sold, (select b.sold_units from buyer_tier_totals b where b.tier_id = t.id) as bought,
         (select count(*)::int from audit_log a where a.site_id = t.site_id and a.action = 'order.restock') as audited
       from tiers t where t.site_id = $1`,
      [siteId],
    );
    return rows[0];
  });

it('sells the units of a refunded order again once an operator says so, and not before', async () => {
  const world = await soldOut();
  const { site, buyer, operator, path } = world;
  const early = await operator.post<ApiProblem>(`${path}/restock`, REASON);
  expect(early).toMatchObject({ status: 409, body: { code: 'order.state' } });
  await refundWhole(world);
  const other = await newBuyer(site);
  expect(await placeOrder(other, site)).toMatchObject({ status: 409, body: { code: 'tier.sold_out' } });
  expect(await placeOrder(buyer, site)).toMatchObject({ body: { code: 'tier.buyer_limit' } });
  expect(await unitsOf(site)).toEqual({ sold: 2, bought: 2, audited: 0 });

  const restocked = await operator.post<Restocked>(`${path}/restock`, REASON);
  expect(restocked).toMatchObject({ status: 200, body: { quantity: 2 } });
  expect(await unitsOf(site)).toEqual({ sold: 0, bought: 0, audited: 1 });
  const { body } = await operator.get<AdminOrderDetail>(path);
  expect(body.restocked_at).toBe(restocked.body.restocked_at);
  await waitFor('the tier to show it', async () => {
    const { body: tier } = await buyer.visitor.get<Tier>(`/tiers/${site.tiers[0].id}`);
    return tier.available_units === 2 ? true : undefined;
  });
  expect((await placeOrder(other, site, { quantity: 2 })).status).toBe(201);
  await expectChecks();
});

it('takes units back once, however often and by how many it is said', async () => {
  const world = await soldOut();
  await refundWhole(world);
  const { site, operator, path } = world;
  const answers = await Promise.all([1, 2, 3].map(() => operator.post<Restocked>(`${path}/restock`, REASON)));
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(new Set(answers.map(({ body }) => body.restocked_at)).size).toBe(1);
  expect(await unitsOf(site)).toEqual({ sold: 0, bought: 0, audited: 1 });
  await expectChecks();
});

it('wants a reason, the rank and an order of the site', async () => {
  const { site, operator, path } = await soldOut();
  expect((await operator.post<ApiProblem>(`${path}/restock`, {})).body.code).toBe('request.malformed');
  const support = await appointOperator(site, 'support');
  expect((await support.visitor.post<ApiProblem>(`${path}/restock`, REASON)).body.code).toBe('auth.forbidden');
  const unknown = `/admin/${site.code}/orders/${randomUUID()}/restock`;
  expect((await operator.post<ApiProblem>(unknown, REASON)).body.code).toBe('order.unknown');
});

it('lets the database itself refuse units that come back in any other way', async () => {
  const world = await soldOut();
  await refundWhole(world);
  const { site, order, operator, path } = world;
  const asOperator = (sql: string) =>
    withClient('operator', async (client) => {
      await client.query(`begin; select set_config('app.site_id', '${site.siteId}', true)`);
      await client.query(sql, [site.siteId]);
    });
  for (const table of ['tiers', 'buyer_tier_totals']) {
    await expect(asOperator(`update ${table} set sold_units = 0 where site_id = $1`)).rejects.toThrow('internal');
  }
  expect((await operator.post(`${path}/restock`, REASON)).status).toBe(200);
  for (const value of ['null', 'app.now()']) {
    const again = `update orders set restocked_at = ${value} where site_id = $1 and id = '${order.id}'`;
    await expect(asOperator(again)).rejects.toThrow('order.state');
  }
  expect(await unitsOf(site)).toEqual({ sold: 0, bought: 0, audited: 1 });
});
