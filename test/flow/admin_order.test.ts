import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import type { AdminOrder, AdminOrderDetail } from '../../worker/admin/shape.ts';
import type { Order } from '../../worker/order/shape.ts';
import { newBuyer, paidOrder, payOrder, placeOrder, type Buyer } from '../harness/buyer.ts';
import { newOperator } from '../harness/operator.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

interface Page {
  items: AdminOrder[];
  next_cursor: string | null;
}

async function placed(buyer: Buyer, site: MintedSite): Promise<Order> {
  const { status, body } = await placeOrder(buyer, site);
  expect(status).toBe(201);
  return body;
}

/** No list here has more pages: a cursor that leads nowhere is a failure, not an endless loop. */
const PAGES = 5;

async function readAll(operator: ApiVisitor, path: string): Promise<Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | null = ''; cursor !== null; cursor = pages.at(-1)?.next_cursor ?? null) {
    const { status, body } = await operator.get<Page>(
      `${path}&cursor=${encodeURIComponent(cursor)}`.replace(/&cursor=$/, ''),
    );
    expect(status).toBe(200);
    pages.push(body);
    expect(pages.length).toBeLessThanOrEqual(PAGES);
  }
  return pages;
}

it('lists every buyer’s orders of the site page by page, the newest first, and none of another site', async () => {
  const [site, other] = await Promise.all([mintSite(), mintSite()]);
  const buyers = [await newBuyer(site), await newBuyer(site)] as const;
  await placed(await newBuyer(other), other);
  const made: { order: Order; buyer: Buyer }[] = [];
  for (const buyer of [buyers[0], buyers[1], buyers[0], buyers[1], buyers[0]]) {
    made.unshift({ order: await placed(buyer, site), buyer });
  }
  const operator = await newOperator();
  const pages = await readAll(operator, `/admin/${site.code}/orders?limit=2`);
  expect(pages.map(({ items }) => items.length)).toEqual([2, 2, 1]);
  const items = pages.flatMap((page) => page.items);
  expect(items.map(({ id, buyer_id, wallet_address }) => ({ id, buyer_id, wallet_address }))).toEqual(
    made.map(({ order, buyer }) => ({ id: order.id, buyer_id: buyer.me.id, wallet_address: buyer.address })),
  );
  // What the buyer was answered is what the operator sees, but for what came to pass since.
  expect(items[0]).toEqual({ ...made[0]?.order, buyer_id: buyers[0].me.id });
});

it('narrows the list to one status, across pages', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  // Each order takes the place of the unpaid one before it.
  const ids: string[] = [];
  for (let count = 0; count < 4; count += 1) ids.unshift((await placed(buyer, site)).id);
  const operator = await newOperator();
  const idsOf = async (status: string) =>
    (await readAll(operator, `/admin/${site.code}/orders?limit=2&status=${status}`)).flatMap(({ items }) =>
      items.map(({ id }) => id),
    );
  expect(await idsOf('pending')).toEqual(ids.slice(0, 1));
  expect(await idsOf('cancelled')).toEqual(ids.slice(1));
  expect(await idsOf('review')).toEqual([]);
  for (const query of ['status=lost', 'limit=101', 'limit=0', 'cursor=nonsense', 'site=na']) {
    const answer = await operator.get<ApiProblem>(`/admin/${site.code}/orders?${query}`);
    expect({ query, status: answer.status, code: answer.body.code }).toEqual({
      query,
      status: 400,
      code: 'request.malformed',
    });
  }
});

it('shows one order with its events in their order', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const { id } = await placed(buyer, site);
  await payOrder(buyer, id);
  const { events } = await paidOrder(buyer, id);
  const { status, body } = await (await newOperator()).get<AdminOrderDetail>(`/admin/${site.code}/orders/${id}`);
  expect(status).toBe(200);
  expect(body).toMatchObject({ id, status: 'paid', buyer_id: buyer.me.id, wallet_address: buyer.address });
  expect(body.events.map((event) => event.status)).toEqual(['pending', 'paid']);
  expect(body.events).toEqual(events);
});

it('answers another site’s order as one that does not exist', async () => {
  const [site, other] = await Promise.all([mintSite(), mintSite()]);
  const { id } = await placed(await newBuyer(other), other);
  // The owner operates both sites, so only the path's site stands between.
  const owner = await newOperator();
  expect((await owner.get(`/admin/${other.code}/orders/${id}`)).status).toBe(200);
  const [foreign, unknown] = await Promise.all(
    [id, randomUUID()].map((each) => owner.get<ApiProblem>(`/admin/${site.code}/orders/${each}`)),
  );
  expect(foreign).toMatchObject({ status: 404, body: { code: 'order.unknown' } });
  expect({ ...foreign?.body, request_id: '' }).toEqual({ ...unknown?.body, request_id: '' });
});

it('lets support read, and nobody whom the site did not appoint', async () => {
  const { platform, demo } = useStack();
  const site = await mintSite({ onlyOwner: true });
  const buyer = await newBuyer(site);
  const { id } = await placed(buyer, site);
  const [, manager] = demo.operators;
  const stranger = new ApiVisitor(platform.url);
  const paths = [`/admin/${site.code}/orders`, `/admin/${site.code}/orders/${id}`];
  for (const path of paths) {
    expect(await stranger.get<ApiProblem>(path)).toMatchObject({ status: 401, body: { code: 'auth.required' } });
    expect(await buyer.visitor.get<ApiProblem>(path)).toMatchObject({
      status: 404,
      body: { code: 'request.not_found' },
    });
  }
  await stranger.signIn(manager?.privateKey ?? '');
  for (const path of paths) {
    expect(await stranger.get<ApiProblem>(path)).toMatchObject({ status: 404, body: { code: 'request.not_found' } });
  }
  // On asia the demo's manager is support.
  expect((await stranger.get('/admin/asia/orders')).status).toBe(200);
});
