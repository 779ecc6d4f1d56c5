import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ApiProblem } from '../../dev/client/visitor.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { ask } from '../../dev/client/http.ts';
import { shiftClock } from '../../dev/shift_clock.ts';
import type { Order, OrderDetail } from '../../worker/order/shape.ts';
import { newBuyer, orderBody, placeOrder } from '../harness/buyer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

async function heldUnits(siteId: string): Promise<number | undefined> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ held: number }>('select sum(held_units)::int as held from tiers where site_id = $1', [siteId]),
  );
  return rows[0]?.held;
}

it('gives a repeated Idempotency-Key the same order, and refuses it for another body', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const key = randomUUID();
  const body = orderBody(buyer, site, { quantity: 2 });
  const answers = await Promise.all(Array.from({ length: 5 }, () => buyer.visitor.order<Order>(body, key)));
  expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 201]);
  const other = await buyer.visitor.order<ApiProblem>({ ...body, quantity: 3 }, key);
  expect(other).toMatchObject({ status: 422, body: { code: 'idempotency.mismatch' } });
  expect(await heldUnits(site.siteId)).toBe(2);
});

it('replaces an unpaid order by a new one, but never one whose payment has begun', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const first = await placeOrder(buyer, site, { quantity: 3 });
  const second = await placeOrder(buyer, site, { quantity: 1 });
  expect(second.status).toBe(201);
  const { body: replaced } = await buyer.visitor.get<OrderDetail>(`/orders/${first.body.id}`);
  expect(replaced).toMatchObject({
    status: 'cancelled',
    events: [{ status: 'pending' }, { status: 'cancelled', reason: 'replaced' }],
  });
  expect(await heldUnits(site.siteId)).toBe(1);
  await buyer.visitor.post(`/orders/${second.body.id}/payment`);
  expect(await placeOrder(buyer, site, { quantity: 2 })).toMatchObject({
    status: 409,
    body: { code: 'order.unpaid_exists' },
  });
  expect(await heldUnits(site.siteId)).toBe(1);
  await expectChecks();
});

it('refuses with the true reason and holds nothing', async () => {
  const site = await mintSite({
    // One buyer asks more often here than anybody may by default.
    settings: { limits: 'relaxed' },
    tiers: [{ totalUnits: 5, maxUnitsPerBuyer: 4 }, { active: false }, { opensAt: new Date(Date.now() + 3_600_000) }],
  });
  const foreign = await mintSite();
  const buyer = await newBuyer(site);
  const [open, inactive, upcoming] = site.tiers.map(({ id }) => id);
  const body = orderBody(buyer, site, {});
  const refusals: [string, number, object][] = [
    ['tier.buyer_limit', 409, { ...body, quantity: 5 }],
    ['tier.closed', 409, { ...body, tier_id: inactive }],
    ['tier.upcoming', 409, { ...body, tier_id: upcoming }],
    ['tier.unknown', 404, { ...body, tier_id: foreign.tiers[0].id }],
    ['tier.changed', 409, { ...body, tier_version: 2 }],
    ['terms.outdated', 409, { ...body, terms_version: 'old' }],
    ['user.wallet_unknown', 422, { ...body, wallet_id: randomUUID() }],
    ['request.malformed', 400, { ...body, quantity: 0 }],
    ['request.malformed', 400, { ...body, quantity: 1.5 }],
    ['request.malformed', 400, { ...body, surprise: 1 }],
    ['request.malformed', 400, { ...body, tier_id: 'x' }],
  ];
  for (const [code, status, asked] of refusals) {
    const answer = await buyer.visitor.order<ApiProblem>(asked);
    expect({ code: answer.body.code, status: answer.status }).toEqual({ code, status });
    expect(answer.body.request_id).toBe(answer.headers['x-request-id']);
  }
  const withoutKey = await buyer.visitor.post<ApiProblem>('/orders', body);
  expect(withoutKey).toMatchObject({ status: 400, body: { code: 'idempotency.required' } });
  expect(await heldUnits(site.siteId)).toBe(0);

  // Somebody else takes four of five: what is left is fewer than asked for, then nothing.
  expect((await placeOrder(await newBuyer(site), site, { tierId: open, quantity: 4 })).status).toBe(201);
  expect(await placeOrder(buyer, site, { tierId: open, quantity: 2 })).toMatchObject({
    body: { code: 'tier.not_enough_left' },
  });
});

it('answers a changed price with the new quote', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  await buyer.visitor.get('/tiers');
  await withClient('superuser', (client) =>
    client.query('update tiers set unit_price_minor = unit_price_minor * 2, version = 2 where site_id = $1', [
      site.siteId,
    ]),
  );
  const answer = await placeOrder(buyer, site, { quantity: 1 });
  expect(answer).toMatchObject({
    status: 409,
    body: { code: 'tier.changed', quote: { tier_version: 2, quantity: 1 } },
  });
});

it('expires an unpaid order after its hold and gives the units back', async () => {
  const stack = useStack();
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const other = await newBuyer(site);
  const bare = await placeOrder(buyer, site, { quantity: 2 });
  const begun = await placeOrder(other, site, { quantity: 3 });
  await other.visitor.post(`/orders/${begun.body.id}/payment`);
  await shiftClock(stack.database.owner, 16 / 1_440);
  try {
    expect(await buyer.visitor.post(`/orders/${bare.body.id}/payment`)).toMatchObject({
      status: 409,
      body: { code: 'order.expired' },
    });
    await ask(`${stack.control}/cron?name=orders.expire`, { method: 'POST' });
    for (const [who, id] of [
      [buyer, bare.body.id],
      [other, begun.body.id],
    ] as const) {
      await waitFor('the expiry', async () => {
        const { body } = await who.visitor.get<OrderDetail>(`/orders/${id}`);
        return body.status === 'expired' ? body : undefined;
      });
    }
  } finally {
    await shiftClock(stack.database.owner, null);
  }
  expect(await heldUnits(site.siteId)).toBe(0);
  await expectChecks();
});

it('shows another buyer’s order as one that does not exist', async () => {
  const site = await mintSite();
  const placed = await placeOrder(await newBuyer(site), site, {});
  const stranger = await newBuyer(site);
  const random = await stranger.visitor.get<ApiProblem>(`/orders/${randomUUID()}`);
  for (const path of [`/orders/${placed.body.id}`]) {
    const answer = await stranger.visitor.get<ApiProblem>(path);
    expect({ ...answer.body, request_id: '' }).toEqual({ ...random.body, request_id: '' });
  }
  expect((await stranger.visitor.post(`/orders/${placed.body.id}/payment`)).status).toBe(404);
});
