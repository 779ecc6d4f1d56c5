import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { confirmPayment } from '../../dev/client/pay.ts';
import type { ApiProblem } from '../../dev/client/visitor.ts';
import type { Order, OrderDetail, Payment } from '../../worker/order/shape.ts';
import { newBuyer, orderBody, paidOrder, payOrder, placeOrder, type Buyer } from '../harness/buyer.ts';
import { countRequests } from '../harness/count.ts';
import { expectChecks, withClient, withSite } from '../harness/database.ts';
import { atProvider, intentOf, unheard } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

interface Trace {
  held: number;
  open: number;
  canceled: number;
}

/** Units held of the order's tier, and what became of its payments. */
async function traceOf(orderId: string): Promise<Trace | undefined> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<Trace>(
      `select t.held_units as held,
        (select count(*)::integer from payments p where p.order_id = o.id and p.state = 'open') as open,
        (select count(*)::integer from payments p where p.order_id = o.id and p.state = 'canceled') as canceled
       from orders o join tiers t on t.site_id = o.site_id and t.id = o.tier_id where o.id = $1`,
      [orderId],
    ),
  );
  return rows[0];
}

async function ordered(site: MintedSite, quantity = 2): Promise<{ buyer: Buyer; id: string }> {
  const buyer = await newBuyer(site);
  const placed = await placeOrder(buyer, site, { quantity });
  expect(placed.status).toBe(201);
  return { buyer, id: placed.body.id };
}

const cancel = (buyer: Buyer, id: string) => buyer.visitor.post<Order & ApiProblem>(`/orders/${id}/cancel`);

it('gives the units of an order back that nobody began to pay, in one commit, and answers a repetition the same', async () => {
  const site = await mintSite();
  const { buyer, id } = await ordered(site);
  const { result, requests } = await countRequests(() => cancel(buyer, id));
  expect(result).toMatchObject({ status: 200, body: { id, status: 'cancelled', quantity: 2 } });
  expect(requests.filter(({ role }) => role === 'posx_app')).toHaveLength(2);
  expect(await traceOf(id)).toEqual({ held: 0, open: 0, canceled: 0 });
  expect(await cancel(buyer, id)).toMatchObject({ status: 200, body: result.body });
  const { body } = await buyer.visitor.get<OrderDetail>(`/orders/${id}`);
  expect(body.events.map(({ status, reason }) => [status, reason])).toEqual([
    ['pending', null],
    ['cancelled', 'buyer'],
  ]);
  await expectChecks();
});

it('gives back the use of a promo code and the place among the unpaid of an address', async () => {
  const site = await mintSite({ settings: { unpaidPerAddressMax: 1 } });
  await withSite('owner', site.siteId, (client) =>
    client.query(
      `insert into promo_codes (site_id, id, code, percent_basis_points, max_uses, created_at)
       values ($1, gen_random_uuid(), 'ONCE', 1000, 1, app.now())`,
      [site.siteId],
    ),
  );
  const [first, second] = [await newBuyer(site), await newBuyer(site)];
  const place = (buyer: Buyer) => buyer.visitor.order<Order>({ ...orderBody(buyer, site), promo_code: 'ONCE' });
  const placed = await place(first);
  expect(placed.status).toBe(201);
  expect((await place(second)).status).toBeGreaterThanOrEqual(400);
  expect((await cancel(first, placed.body.id)).status).toBe(200);
  expect((await place(second)).status).toBe(201);
  await expectChecks();
});

it('cancels a recorded PaymentIntent first, so that nobody can pay for what was given back', async () => {
  const site = await mintSite();
  const { buyer, id } = await ordered(site);
  const created = await buyer.visitor.post<Payment>(`/orders/${id}/payment`);
  expect(created.status).toBe(200);
  expect(await cancel(buyer, id)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  expect(await traceOf(id)).toEqual({ held: 0, open: 0, canceled: 1 });
  expect((await confirmPayment(useStack().stripe.url, created.body)).status).toBe(400);
  expect((await buyer.visitor.post<ApiProblem>(`/orders/${id}/payment`)).body.code).toBe('order.state');
  await expectChecks();
});

it('gives out no secret of a PaymentIntent that was cancelled at the provider by another hand', async () => {
  const site = await mintSite();
  const { buyer, id } = await ordered(site);
  await buyer.visitor.post<Payment>(`/orders/${id}/payment`);
  await unheard(async () => {
    await atProvider(`/v1/payment_intents/${await intentOf(id)}/cancel`, {});
    expect(await buyer.visitor.post<ApiProblem>(`/orders/${id}/payment`)).toMatchObject({
      status: 409,
      body: { code: 'order.state' },
    });
    expect(await cancel(buyer, id)).toMatchObject({ status: 200, body: { status: 'cancelled' } });
  });
  expect(await traceOf(id)).toEqual({ held: 0, open: 0, canceled: 1 });
  await expectChecks();
});

it('refuses to cancel what was paid, also before anybody was told of the payment', async () => {
  const site = await mintSite();
  const { buyer, id } = await ordered(site);
  const control = (path: string) => ask(`${useStack().stripe.control}${path}`, { method: 'POST', body: '{}' });
  await control('/pause');
  try {
    await payOrder(buyer, id);
    expect(await cancel(buyer, id)).toMatchObject({ status: 409, body: { code: 'order.state' } });
    expect(await traceOf(id)).toMatchObject({ held: 2, open: 1 });
  } finally {
    await control('/resume');
  }
  await paidOrder(buyer, id);
  expect(await cancel(buyer, id)).toMatchObject({ status: 409, body: { code: 'order.state' } });
  await expectChecks();
});

it('releases once when several cancel at the same time, and leaves no open payment when one pays beside them', async () => {
  const site = await mintSite();
  const { buyer, id } = await ordered(site);
  const together = await Promise.all([1, 2, 3].map(() => cancel(buyer, id)));
  expect(together.map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(await traceOf(id)).toEqual({ held: 0, open: 0, canceled: 0 });
  for (let round = 0; round < 5; round += 1) {
    const raced = await ordered(site);
    const [paying, cancelled] = await Promise.all([
      raced.buyer.visitor.post<Payment>(`/orders/${raced.id}/payment`),
      cancel(raced.buyer, raced.id),
    ]);
    expect(cancelled.status).toBe(200);
    expect(await traceOf(raced.id)).toMatchObject({ held: 0, open: 0 });
    if (paying.status === 200) {
      expect((await confirmPayment(useStack().stripe.url, paying.body)).status).toBe(400);
    }
  }
  await expectChecks();
});
