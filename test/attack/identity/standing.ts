import { randomUUID } from 'node:crypto';
import { newBuyer, orderBody, placeOrder, type Buyer } from '../../harness/buyer.ts';
import { withClient } from '../../harness/database.ts';
import type { MintedSite } from '../../harness/site.ts';
import { copySession, tokenOf } from '../../isolation/route_actor.ts';
import { ask } from '../ask.ts';
import type { Attack, Family, Refusal } from '../attack.ts';
import { sessionOf, type World } from './world.ts';

type Standing = 'active' | 'restricted' | 'suspended';

const setStanding = async (buyer: Buyer, status: Standing, kyc: 'none' | 'approved' = 'none'): Promise<Buyer> => {
  await withClient('superuser', (client) =>
    client.query('update users set status = $2, kyc = $3 where id = $1', [buyer.me.id, status, kyc]),
  );
  return buyer;
};

/** An order as its page would send it. @param country as Cloudflare tells it; null where it tells none */
const order = async (buyer: Buyer, site: MintedSite, country: string | null, change: object = {}) =>
  ask('POST', site.url, '/orders', {
    // A session each: how often one may order is another matter.
    cookie: sessionOf(await copySession(tokenOf(buyer.visitor))),
    body: { ...orderBody(buyer, site), ...change },
    headers: [['Idempotency-Key', randomUUID()], ...where(country)],
  });

const where = (country: string | null): [string, string][] => (country === null ? [] : [['CF-IPCountry', country]]);

const PLACE = 'POST /orders';

const refused = (name: string, refusal: Refusal, request: Attack<World>['request'], place = PLACE): Attack<World> => ({
  name,
  place,
  refusal,
  request,
});

const statuses: Attack<World>[] = (['restricted', 'suspended'] as const).flatMap((status) => [
  refused(`somebody ${status}`, `403 user.${status}`, async ({ site }) =>
    order(await setStanding(await newBuyer(site), status), site, 'DE'),
  ),
  refused(
    `somebody ${status} since the order`,
    `403 user.${status}`,
    async ({ site }) => {
      const buyer = await newBuyer(site);
      const placed = await placeOrder(buyer, site);
      await setStanding(buyer, status);
      return ask('POST', site.url, `/orders/${placed.body.id}/payment`, { cookie: buyer.visitor.cookie });
    },
    'POST /orders/{id}/payment',
  ),
]);

const places: [string, string | null][] = [
  ['another country', 'US'],
  ['another country in lower case', 'us'],
  ['a country that nobody can tell', 'XX'],
  ['Tor', 'T1'],
  ['no country at all', null],
  ['two countries', 'DE, US'],
  ['a word for a country', 'Germany'],
];

const countries: Attack<World>[] = places.flatMap(([name, country]) => [
  refused(`an identified buyer in ${name}`, '403 user.country_denied', async ({ gated, gatedBuyer }) =>
    order(await setStanding(gatedBuyer, 'active', 'approved'), gated, country),
  ),
  refused(
    `anybody in ${name}`,
    '403 user.country_denied',
    ({ gated }) =>
      ask('POST', gated.url, '/orders/preview', {
        body: { tier_id: gated.tiers[0].id, quantity: 1 },
        headers: where(country),
      }),
    'POST /orders/preview',
  ),
]);

const forwarded: Attack<World>[] = ['X-Country', 'X-Vercel-IP-Country', 'CloudFront-Viewer-Country'].map((header) =>
  refused(`a country told by ${header}`, '403 user.country_denied', async ({ gated, gatedBuyer }) => {
    const { headers, ...request } = await order(await setStanding(gatedBuyer, 'active', 'approved'), gated, null);
    return { ...request, headers: [...headers, [header, 'DE'] as const] };
  }),
);

/** Who somebody is on the site, where they are, and what they agreed to. */
export const standing: Family<World> = {
  name: 'standing',
  attacks: [
    ...statuses,
    ...countries,
    ...forwarded,
    refused('somebody whom nobody has identified', '403 user.kyc_required', async ({ gated, gatedBuyer }) =>
      order(await setStanding(gatedBuyer, 'active'), gated, 'DE'),
    ),
    refused('terms that have changed since', '409 terms.outdated', ({ site, buyer }) =>
      order(buyer, site, 'DE', { terms_version: '2020-01' }),
    ),
    refused('terms that are not out yet', '409 terms.outdated', ({ site, buyer }) =>
      order(buyer, site, 'DE', { terms_version: '2099-01' }),
    ),
    refused('the wallet of somebody else', '422 user.wallet_unknown', ({ site, buyer, victim }) =>
      order(buyer, site, 'DE', { wallet_id: victim.walletId }),
    ),
    refused('a tier of another site', '404 tier.unknown', ({ site, other, buyer }) =>
      order(buyer, site, 'DE', { tier_id: other.tiers[0].id }),
    ),
  ],
  controls: [
    {
      name: 'an identified buyer in the right country',
      place: PLACE,
      status: 201,
      request: async ({ gated, gatedBuyer }) => order(await setStanding(gatedBuyer, 'active', 'approved'), gated, 'DE'),
    },
  ],
};
