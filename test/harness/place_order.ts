import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { hashOf, tokenOf } from '../isolation/route_actor.ts';
import type { Buyer } from './buyer.ts';
import type { MintedSite } from './site.ts';

/** What the API gives `app.place_order` for a minted site's first tier, without promotion, code or client address. */
function commandOf({ tiers: [tier], ...site }: MintedSite, buyer: Buyer, quantity: number) {
  const price = tier.unitPriceMinor;
  return {
    ...{ id: randomUUID(), idempotency_key: randomUUID(), body_hash: '00', bearer: null },
    ...{ tier_id: tier.id, tier_version: 1, max_units: tier.maxUnitsPerBuyer, quantity, wallet_id: buyer.walletId },
    ...{ unit_price_minor: `${price}`, discount_minor: '0', amount_minor: `${price * BigInt(quantity)}` },
    ...{ currency: site.currency, token_base: `${tier.tokensPerUnitBase * BigInt(quantity)}`, hold_minutes: 15 },
    ...{ terms_version: site.termsVersion, settings_version: 1, kyc_required: false },
    ...{ referral_depth: 2, unpaid_per_address_max: 5 },
  };
}

/**
 * Calls `app.place_order` as the API does, past the API.
 *
 * @param client connected as posx_app
 * @param changes laid over the command for `quantity` (1 by default) units of the site's first tier
 * @throws the guard's refusal, its code as the message
 */
export async function callPlaceOrder(
  client: pg.ClientBase,
  site: MintedSite,
  buyer: Buyer,
  { quantity = 1, ...changes }: Readonly<Record<string, unknown>> & { quantity?: number } = {},
): Promise<void> {
  const command = { ...commandOf(site, buyer, quantity), ...changes };
  const values = [new URL(site.url).hostname, hashOf(tokenOf(buyer.visitor)), JSON.stringify(command)];
  await client.query('select app.place_order($1, $2, $3)', values);
}
