import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ApiProblem } from '../../dev/client/visitor.ts';
import type { Order, Quote } from '../../worker/order/shape.ts';
import { newBuyer, orderBody, paidOrder, placeOrder, type Buyer } from '../harness/buyer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';

/** As the site's owner would through the console: the rules of the tables hold, the grants are not asked. */
async function write(site: MintedSite, sql: string, values: unknown[] = []): Promise<void> {
  await withClient('superuser', (client) => client.query(sql, [site.siteId, ...values]));
}

const addCode = (site: MintedSite, columns: string, values: string) =>
  write(
    site,
    `insert into promo_codes (site_id, id, created_at, code, ${columns}) values ($1, $2, app.now(), 'EARLY', ${values})`,
    [randomUUID()],
  );

it('charges what promotion and code make of the price, and counts a code’s uses exactly', async () => {
  const site = await mintSite({ tiers: [{ unitPriceMinor: 10_000n, tokensPerUnitBase: 1_000n }] });
  await write(
    site,
    `insert into tier_promotions (site_id, id, tier_id, unit_price_minor, bonus_per_unit_base, starts_at, ends_at, created_at)
     values ($1, $2, $3, 8000, 50, app.now() - interval '1 hour', app.now() + interval '1 hour', app.now())`,
    [randomUUID(), site.tiers[0].id],
  );
  await addCode(site, 'percent_basis_points, max_uses, max_uses_per_buyer', '1000, 2, 1');
  const buyers = await Promise.all(Array.from({ length: 5 }, () => newBuyer(site)));
  const [first] = buyers;
  if (first === undefined) throw new Error('nobody came');
  // A promotion is a changed price: the tier is in its second version.
  const body = (buyer: typeof first) => ({
    ...orderBody(buyer, site, { quantity: 2, tierVersion: 2 }),
    promo_code: ' early',
  });
  const ask = { tier_id: site.tiers[0].id, quantity: 2, promo_code: 'early' };
  const previewed = await first.visitor.post<Quote>('/orders/preview', ask);
  expect(previewed.body).toMatchObject({ amount_minor: '14400', discount_minor: '5600', bonus_base: '100' });
  const answers = await Promise.all(buyers.map((buyer) => buyer.visitor.order<Order & ApiProblem>(body(buyer))));
  const placed = answers.filter(({ status }) => status === 201);
  expect(placed.map(({ body: order }) => [order.amount_minor, order.token_base])).toEqual([
    ['14400', '2100'],
    ['14400', '2100'],
  ]);
  expect(answers.flatMap(({ status, body: { code } }) => (status === 201 ? [] : [code]))).toEqual(
    Array(3).fill('promo.exhausted'),
  );
  await expectChecks();
});

it('sells no other price and no fewer tokens than were shown, though the tier is the same', async () => {
  const site = await mintSite({ tiers: [{ unitPriceMinor: 10_000n, tokensPerUnitBase: 1_000n }] });
  const buyer = await newBuyer(site);
  const order = (shown: { amount_minor?: string; token_base?: string }) =>
    buyer.visitor.order<Order & ApiProblem>({ ...orderBody(buyer, site), ...shown });
  for (const shown of [
    { amount_minor: '9000' },
    { token_base: '1500' },
    { amount_minor: '10000', token_base: '999' },
  ]) {
    expect(await order(shown)).toMatchObject({
      status: 409,
      body: { code: 'tier.changed', quote: { amount_minor: '10000', token_base: '1000' } },
    });
  }
  expect((await order({ amount_minor: '10000', token_base: '1000' })).status).toBe(201);
});

it('lets nobody buy more than a limit that was lowered, though an isolate still knows the old one', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  await buyer.visitor.get('/tiers');
  await write(site, 'update tiers set max_units_per_buyer = 1 where site_id = $1');
  const order = (tierVersion: number) => placeOrder(buyer, site, { quantity: 2, tierVersion });
  expect((await order(1)).body).toMatchObject({ code: 'tier.buyer_limit' });
  expect((await order(2)).body).toMatchObject({ code: 'tier.buyer_limit' });
  expect((await placeOrder(buyer, site, { quantity: 1, tierVersion: 2 })).status).toBe(201);
});

it('leaves a code’s last use to the buyer whose unpaid order has it, and shows others that it is gone', async () => {
  const site = await mintSite();
  await addCode(site, 'percent_basis_points, max_uses, max_uses_per_buyer', '1000, 1, 1');
  const [holder, other] = [await newBuyer(site), await newBuyer(site)];
  const order = (buyer: Buyer, quantity: number, tierVersion = 1) =>
    buyer.visitor.order<Order & ApiProblem>({
      ...orderBody(buyer, site, { quantity, tierVersion }),
      promo_code: 'EARLY',
    });
  const preview = ({ visitor }: Buyer, tier = site.tiers[0]) =>
    visitor.post<Quote & ApiProblem>('/orders/preview', { tier_id: tier.id, quantity: 2, promo_code: 'EARLY' });
  expect((await order(holder, 1)).status).toBe(201);
  expect((await preview(holder)).status).toBe(200);
  expect((await preview(other)).body.code).toBe('promo.exhausted');
  expect((await preview(holder, site.tiers[1])).body.code).toBe('promo.exhausted');
  // A price that is out of date has the isolate read anew what it knows of the site, the use with it.
  expect((await order(other, 1, 99)).body.code).toBe('tier.changed');
  expect((await order(other, 1)).body.code).toBe('promo.exhausted');
  expect((await order(holder, 2)).status).toBe(201);
  await expectChecks();
});

it('gives an order that costs nothing its tokens without a provider', async () => {
  const site = await mintSite();
  await addCode(site, 'percent_basis_points', '10000');
  const buyer = await newBuyer(site);
  const placed = await buyer.visitor.order<Order>({ ...orderBody(buyer, site), promo_code: 'EARLY' });
  expect(placed).toMatchObject({ status: 201, body: { amount_minor: '0' } });
  expect((await paidOrder(buyer, placed.body.id)).allocation).not.toBeNull();
  await expectChecks();
});

it('lets no address hold more unpaid orders than the setting, whoever asks', async () => {
  const site = await mintSite({ settings: { unpaidPerAddressMax: 3 } });
  const buyers = await Promise.all(Array.from({ length: 8 }, () => newBuyer(site)));
  const answers = await Promise.all(
    buyers.map((buyer) => {
      const headers = { 'idempotency-key': randomUUID(), 'cf-connecting-ip': '203.0.113.7' };
      return buyer.visitor.post('/orders', orderBody(buyer, site), headers);
    }),
  );
  const statuses = answers.map(({ status }) => status).sort();
  expect(statuses).toEqual([201, 201, 201, 429, 429, 429, 429, 429]);
  expect((await placeOrder(await newBuyer(site), site)).status).toBe(201);
  await expectChecks();
});

it('answers a repeated key with its order though tier and terms have changed since', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const key = randomUUID();
  const body = orderBody(buyer, site);
  const first = await buyer.visitor.order<Order>(body, key);
  await write(site, 'update tiers set unit_price_minor = unit_price_minor + 100, active = false where site_id = $1');
  await write(site, `update sites set terms_version = 'newer' where id = $1`);
  await expect
    .poll(async () => (await buyer.visitor.order<ApiProblem>(body)).body.code, { timeout: 10_000 })
    .toBe('terms.outdated');
  expect(await buyer.visitor.order<Order>(body, key)).toMatchObject({ status: 200, body: { id: first.body.id } });
  const other = await buyer.visitor.order<ApiProblem>({ ...body, quantity: 2 }, key);
  expect(other.body.code).toBe('idempotency.mismatch');
});

it('makes a buyer wait after three orders expired within an hour', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  for (let count = 0; count < 3; count += 1) {
    const { body } = await placeOrder(buyer, site);
    await withClient('queue', async (client) => {
      await client.query('begin');
      await client.query('select app.enter(null, null, $1)', [site.code]);
      await client.query(`update orders set status = 'expired', version = version + 1 where id = $1`, [body.id]);
      await client.query('update tiers set held_units = held_units - 1 where id = $1', [body.tier.id]);
      await client.query('update buyer_tier_totals set held_units = held_units - 1 where user_id = $1', [buyer.me.id]);
      await client.query('commit');
    });
  }
  expect(await placeOrder(buyer, site)).toMatchObject({
    status: 429,
    headers: { 'retry-after': '3600' },
    body: { code: 'order.too_many_expired' },
  });
  await expectChecks();
});

/** As if an order had been placed so many minutes earlier. */
const age = (orderId: string, minutes: number) =>
  withClient('superuser', (client) =>
    client.query(
      `update orders set created_at = created_at - make_interval(mins => $2), expires_at = expires_at - make_interval(mins => $2)
       where id = $1`,
      [orderId, minutes],
    ),
  );

it.each(['cancelled', 'replaced'])('lets nobody hold units for ever by orders that are %s in time', async (how) => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  let held = 0;
  for (let placed = await placeOrder(buyer, site); placed.status === 201; placed = await placeOrder(buyer, site)) {
    await age(placed.body.id, 10);
    if (how === 'cancelled') expect((await buyer.visitor.post(`/orders/${placed.body.id}/cancel`)).status).toBe(200);
    held += 1;
    if (held > 9) break;
  }
  // Two thirds of a hold each: five are more than three holds. The last of those replaced still stands.
  expect(held).toBe(how === 'cancelled' ? 5 : 6);
  expect(await placeOrder(buyer, site)).toMatchObject({ status: 429, body: { code: 'order.too_many_expired' } });
  await expectChecks();
});

/** An order that was given up. */
interface VainHold {
  /** How many minutes ago it was placed, and ended. */
  readonly from: number;
  readonly to: number;
  /** How many minutes ago it was extended, by a quarter of an hour. */
  readonly extended?: number;
}

it.each<[string, number, VainHold[], boolean]>([
  ['two that used it all and one that used half', 15, [...endless(2, 15), { from: 7.5, to: 0 }], false],
  ['four that were given up a minute early', 15, endless(4, 14), true],
  ['three that were given up a minute early', 15, endless(3, 14), false],
  ['four that were given up a minute early, with pauses', 15, endless(4, 14, 14), false],
  ['ten of a minute each', 15, endless(10, 1), false],
  [
    'two that were extended',
    15,
    [
      { from: 61, to: 31, extended: 46 },
      { from: 30, to: 0.1, extended: 15 },
    ],
    true,
  ],
  ['one that was extended', 15, [{ from: 30, to: 0.1, extended: 15 }], false],
  ['four long ones, though never three within an hour', 30, endless(4, 29), true],
  ['four of two hours', 120, endless(4, 119), true],
])('adds up the holds that a buyer gave up: %s', async (_, hold, holds, waits) => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const { body: order } = await placeOrder(buyer, site);
  await withClient('superuser', async (client) => {
    await client.query('begin; set local session_replication_role = replica');
    await client.query("select set_config('app.site_id', $1, true)", [site.siteId]);
    await client.query(
      `with given as (
         select gen_random_uuid() as id, app.now() - f.from as created_at, app.now() - f.to as ended_at,
           app.now() - f.extended as extended_at
         from jsonb_to_recordset($3::jsonb) as f ("from" interval, "to" interval, extended interval)
       ), copied as (
         insert into orders select (jsonb_populate_record(o, to_jsonb(given) || jsonb_build_object('status', 'cancelled',
           'expires_at', coalesce(given.extended_at + interval '15 minutes', given.created_at + make_interval(mins => $4))))).*
         from orders o, given where o.id = $1
       )
       insert into order_events (site_id, order_id, sequence, user_id, status, reason, actor, at)
       select app.site_id(), given.id, 2, $2, 'cancelled', 'buyer', 'posx_app', ended_at from given`,
      [order.id, buyer.me.id, JSON.stringify(holds.map(minutesAgo)), hold],
    );
    const { rows } = await client.query('select app.waits_after_expiries($1) as waits', [buyer.me.id]);
    await client.query('rollback');
    expect(rows).toEqual([{ waits }]);
  });
});

/** As PostgreSQL reads intervals. */
const minutesAgo = (hold: VainHold) =>
  Object.fromEntries(Object.entries(hold).map(([name, minutes]) => [name, `${minutes} minutes`]));

/** So many orders of so many minutes each until now, one after the other or with a pause. */
function endless(count: number, minutes: number, pause = 0): VainHold[] {
  return Array.from({ length: count }, (_, index) => {
    const to = (count - 1 - index) * (minutes + pause);
    return { from: to + minutes, to };
  });
}

it('does not count an order that costs nothing as a hold', async () => {
  const site = await mintSite();
  await addCode(site, 'percent_basis_points', '10000');
  const buyer = await newBuyer(site);
  const { body } = await buyer.visitor.order<Order>({ ...orderBody(buyer, site), promo_code: 'EARLY' });
  await withClient('superuser', async (client) => {
    await client.query('begin');
    await client.query("select set_config('app.site_id', $1, true)", [site.siteId]);
    await client.query(
      `insert into order_events (site_id, order_id, sequence, user_id, status, reason, actor, at)
       select app.site_id(), $1, 100 + n, $2, 'cancelled', 'buyer', 'posx_app', app.now() from generate_series(1, 3) n`,
      [body.id, buyer.me.id],
    );
    const { rows } = await client.query('select app.waits_after_expiries($1) as waits', [buyer.me.id]);
    await client.query('rollback');
    expect(rows).toEqual([{ waits: false }]);
  });
});

it.each([
  [[30, 0], false],
  [[60, 30, 0], true],
  [[61, 30, 0], false],
  [[119, 90, 59], true],
  [[119, 90, 60], false],
  // A later expiry does not end the wait that an earlier three began.
  [[79, 69, 59, 0], true],
])('tells to the minute whether expiries so many minutes ago make a buyer wait: %j', async (minutesAgo, waits) => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const { body: order } = await placeOrder(buyer, site);
  await withClient('superuser', async (client) => {
    await client.query('begin');
    await client.query("select set_config('app.site_id', $1, true)", [site.siteId]);
    await client.query(
      `insert into order_events (site_id, order_id, sequence, user_id, status, actor, at)
       select app.site_id(), $1, 100 + e.n, $2, 'expired', 'posx_queue', app.now() - make_interval(mins => e.ago)
       from unnest($3::int[]) with ordinality as e (ago, n)`,
      [order.id, buyer.me.id, minutesAgo],
    );
    const { rows } = await client.query('select app.waits_after_expiries($1) as waits', [buyer.me.id]);
    await client.query('rollback');
    expect(rows).toEqual([{ waits }]);
  });
});
