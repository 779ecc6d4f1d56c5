import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { ApiVisitor } from '../../dev/client/visitor.ts';
import { newBuyer, paidOrder, payOrder, placeOrder } from '../harness/buyer.ts';
import { countRequests } from '../harness/count.ts';
import { newOperator } from '../harness/operator.ts';
import { mintSite } from '../harness/site.ts';

/** Longer than an isolate keeps a site's snapshot: the next request finds it cold. */
const SNAPSHOT_SECONDS = 2.2;

const API_ROLES = new Set(['posx_app', 'posx_operator', 'posx_readonly']);

/** Database requests of the API's own roles: the consumer works beside it, and is counted elsewhere. */
async function roundTrips(work: () => Promise<unknown>): Promise<number> {
  const { requests } = await countRequests(work);
  return requests.filter(({ role }) => API_ROLES.has(role)).length;
}

it('asks the database once for a read, once for a warm order, twice for a cold one and for a payment', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const other = await newBuyer(site);
  await sleep(SNAPSHOT_SECONDS * 1_000);

  const counts: Record<string, number> = {};
  const visitor = new ApiVisitor(site.url);
  counts['tiers cold'] = await roundTrips(() => visitor.get('/tiers'));
  counts['tiers warm'] = await roundTrips(() => visitor.get('/tiers'));
  await sleep(SNAPSHOT_SECONDS * 1_000);
  let orderId = '';
  counts['order cold'] = await roundTrips(async () => {
    const placed = await placeOrder(buyer, site, { quantity: 1 });
    expect(placed.status).toBe(201);
    orderId = placed.body.id;
  });
  counts['order warm'] = await roundTrips(async () => {
    expect((await placeOrder(other, site, { quantity: 1 })).status).toBe(201);
  });
  counts['payment'] = await roundTrips(async () => {
    expect((await buyer.visitor.post(`/orders/${orderId}/payment`)).status).toBe(200);
  });
  counts['payment again'] = await roundTrips(() => buyer.visitor.post(`/orders/${orderId}/payment`));
  await payOrder(buyer, orderId);
  await paidOrder(buyer, orderId);
  for (const path of [`/orders/${orderId}`, '/orders', '/me', '/me/balance']) {
    counts[path.replace(orderId, '{id}')] = await roundTrips(async () => {
      expect((await buyer.visitor.get(path)).status).toBe(200);
    });
  }
  expect(counts).toEqual({
    'tiers cold': 1,
    'tiers warm': 0,
    'order cold': 2,
    'order warm': 1,
    payment: 2,
    'payment again': 1,
    '/orders/{id}': 1,
    '/orders': 1,
    '/me': 1,
    '/me/balance': 1,
  });
});

it('asks the database once for what an operator reads', async () => {
  const site = await mintSite();
  const placed = await placeOrder(await newBuyer(site), site, { quantity: 1 });
  expect(placed.status).toBe(201);
  const operator = await newOperator();
  for (const path of ['releases', 'orders', 'orders?status=pending&limit=1', `orders/${placed.body.id}`]) {
    const count = await roundTrips(async () => {
      expect((await operator.get(`/admin/${site.code}/${path}`)).status).toBe(200);
    });
    expect({ path, count }).toEqual({ path, count: 1 });
  }
});
