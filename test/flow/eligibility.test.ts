import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { purchaseRefusal } from '../../domain/user/eligibility.ts';
import { ApiVisitor } from '../../dev/client/visitor.ts';
import type { Site } from '../../worker/site/shape.ts';
import { newBuyer, orderBody, placeOrder, type Buyer } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { callPlaceOrder } from '../harness/place_order.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';

const setStanding = ({ me }: Buyer, status: string, kyc: string) =>
  withClient('superuser', (client) =>
    client.query('update users set status = $2, kyc = $3 where id = $1', [me.id, status, kyc]),
  );

const rowsOf = ({ me }: Buyer) =>
  withClient('superuser', async (client) => {
    const { rows } = await client.query<{ n: number }>(
      `select (select count(*) from orders where user_id = $1)::int
        + (select count(*) from payments where user_id = $1)::int as n`,
      [me.id],
    );
    return rows[0]?.n;
  });

/** What the guard of the database says to an order with a wallet that is not the buyer's: the last question but stock. */
async function guardSays(site: MintedSite, buyer: Buyer, terms: string, kycRequired: boolean): Promise<string> {
  const asked = { terms_version: terms, kyc_required: kycRequired, wallet_id: randomUUID() };
  return withClient('app', async (client) => {
    try {
      await callPlaceOrder(client, site, buyer, asked);
      return 'placed';
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  });
}

it('judges status, KYC and terms in the database as the pure rule does, in every combination', async () => {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const current = site.termsVersion;
  for (const status of ['active', 'restricted', 'suspended'] as const) {
    for (const kyc of ['none', 'approved'] as const) {
      await setStanding(buyer, status, kyc);
      for (const kycRequired of [false, true]) {
        for (const accepted of [current, 'older']) {
          const settings = { kycRequired, countries: {} };
          const asked = { status, kyc, kycRequired, accepted };
          const rule = purchaseRefusal({
            settings,
            country: null,
            terms: { accepted, current },
            person: { status, kyc },
          });
          const guard = await guardSays(site, buyer, accepted, kycRequired);
          expect({ ...asked, guard }).toEqual({ ...asked, guard: rule ?? 'user.wallet_unknown' });
        }
      }
    }
  }
});

it('sells nothing to a country that a site denies or cannot name, and tells its pages so', async () => {
  const site = await mintSite({ settings: { countries: { deny: ['US'] } } });
  const buyer = await newBuyer(site);
  const { visitor } = buyer;
  const [tier] = site.tiers;
  const ask = (country: string | undefined) => ({ ...(country === undefined ? {} : { 'cf-ipcountry': country }) });
  const refused = { status: 403, body: { code: 'user.country_denied' } };
  for (const country of ['US', 'us', 'XX', 'T1', '??', undefined]) {
    const order = { 'idempotency-key': randomUUID(), ...ask(country) };
    expect(await visitor.post('/orders', orderBody(buyer, site), order), country).toMatchObject(refused);
    expect(
      await visitor.post('/orders/preview', { tier_id: tier.id, quantity: 1 }, ask(country)),
      country,
    ).toMatchObject(refused);
    const shown = await new ApiVisitor(site.url).get<Site>('/site', ask(country));
    expect(shown.body.may_buy).toEqual({ ok: false, code: 'user.country_denied' });
  }
  expect(await rowsOf(buyer)).toBe(0);
  const shown = await visitor.get<Site>('/site', ask('DE'));
  expect(shown.body).toMatchObject({ may_buy: { ok: true, code: null }, kyc_required: false });
  const order = { 'idempotency-key': randomUUID(), ...ask('DE') };
  const placed = await visitor.post<{ id: string }>('/orders', orderBody(buyer, site), order);
  expect(placed.status).toBe(201);
  // Who moves on to a denied country with an order in hand pays for nothing there, and reads it still.
  expect(await visitor.post(`/orders/${placed.body.id}/payment`, undefined, ask('US'))).toMatchObject(refused);
  expect((await visitor.get(`/orders/${placed.body.id}`, ask('US'))).status).toBe(200);
  expect(await rowsOf(buyer)).toBe(1);
});

it('wants a buyer identified before an order and before a payment, where the site says so', async () => {
  const site = await mintSite({ settings: { kycRequired: true } });
  const buyer = await newBuyer(site);
  const refused = { status: 403, body: { code: 'user.kyc_required' } };
  expect((await buyer.visitor.get<Site>('/site')).body).toMatchObject({ kyc_required: true, may_buy: { ok: true } });
  expect(await placeOrder(buyer, site)).toMatchObject(refused);
  await setStanding(buyer, 'active', 'approved');
  const placed = await placeOrder(buyer, site);
  expect(placed.status).toBe(201);
  await setStanding(buyer, 'active', 'none');
  expect(await buyer.visitor.post(`/orders/${placed.body.id}/payment`)).toMatchObject(refused);
  expect(await rowsOf(buyer)).toBe(1);
});
