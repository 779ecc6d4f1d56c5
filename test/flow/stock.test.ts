import { expect, it } from 'vitest';
import { newBuyer, placeOrder } from '../harness/buyer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { mintSite } from '../harness/site.ts';

const BUYERS = 50;
const UNITS = 10;

it('sells the last 10 units to exactly 10 of 50 buyers who ask at once, and charges nobody', async () => {
  const site = await mintSite({ tiers: [{ totalUnits: UNITS }] });
  const buyers = await Promise.all(Array.from({ length: BUYERS }, () => newBuyer(site)));
  const answers = await Promise.all(buyers.map((buyer) => placeOrder(buyer, site, { quantity: 1 })));
  const refused = answers.filter(({ status }) => status !== 201);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(UNITS);
  expect(refused).toHaveLength(BUYERS - UNITS);
  for (const { status, body } of refused)
    expect({ status, body }).toMatchObject({ status: 409, body: { code: 'tier.sold_out' } });
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ held: number; orders: string; payments: string }>(
      `select (select held_units from tiers where site_id = $1) as held,
        (select count(*) from orders where site_id = $1) as orders,
        (select count(*) from payments where site_id = $1) as payments`,
      [site.siteId],
    ),
  );
  expect(rows).toEqual([{ held: UNITS, orders: String(UNITS), payments: '0' }]);
  await expectChecks();
});

it('never gives one buyer more than the tier allows, however many requests come at once', async () => {
  const site = await mintSite({ tiers: [{ totalUnits: 100, maxUnitsPerBuyer: 3 }] });
  const buyer = await newBuyer(site);
  const answers = await Promise.all(Array.from({ length: 8 }, () => placeOrder(buyer, site, { quantity: 2 })));
  // One unpaid order at a time: each later one takes the earlier one's place, so one order stands in the end.
  expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0);
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ held: number }>('select held_units as held from tiers where site_id = $1', [site.siteId]),
  );
  expect(rows).toEqual([{ held: 2 }]);
  await expectChecks();
});

it('takes one buyer’s orders one after the other, however many are sent at once', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const answers = await Promise.all(Array.from({ length: 8 }, () => placeOrder(buyer, site)));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  const { body } = await buyer.visitor.get<{ items: { status: string }[] }>('/orders');
  expect(body.items.filter(({ status }) => status === 'pending')).toHaveLength(1);
  await expectChecks();
});
