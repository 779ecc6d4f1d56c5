import { ask } from '../../dev/client/http.ts';
import { withClient } from '../harness/database.ts';
import type { MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

/** Everything of a site that an order, its money and its tokens come to, without ids and times. */
const QUERY = `select json_build_object(
  'orders', (select json_agg(json_build_object('status', status, 'reason', status_reason, 'units', quantity, 'frozen', frozen,
    'reversed', reversed_minor::text) order by id) from orders where site_id = $1),
  'tiers', (select json_agg(json_build_array(held_units, sold_units) order by display_order) from tiers where site_id = $1),
  'totals', (select json_agg(json_build_array(held_units, sold_units) order by held_units, sold_units)
    from buyer_tier_totals where site_id = $1),
  'payments', (select json_agg(state order by state) from payments where site_id = $1),
  'refunds', (select json_agg(json_build_object('state', state, 'amount', amount_minor::text) order by state, amount_minor)
    from refunds where site_id = $1),
  'disputes', (select json_agg(json_build_array(status, withdrawn_minor::text, reinstated_minor::text, lost_minor::text)
    order by status) from disputes where site_id = $1),
  'effects', (select json_agg(effect order by effect) from effects where site_id = $1),
  'allocations', (select json_agg(total_base::text order by order_id) from allocations where site_id = $1),
  'releases', (select json_agg(json_build_array(sequence, amount_base::text, reversed_base::text, state) order by order_id, sequence)
    from releases where site_id = $1),
  'commissions', (select json_agg(json_build_array(level, kind, amount_minor::text) order by level, kind, amount_minor)
    from commission_entries where site_id = $1),
  'ledger', (select json_agg(json_build_array(kind, owner_id is not null, asset, balance::text)
    order by kind, asset, balance) from ledger_accounts where site_id = $1),
  'dead', (select count(*) from dead_letters where site_id = $1)
) as outcome`;

/** What the database says of a site, and what the payment provider says of its PaymentIntents. */
export async function orderOutcome(site: MintedSite): Promise<unknown> {
  const { rows } = await withClient('superuser', (client) => client.query<{ outcome: unknown }>(QUERY, [site.siteId]));
  return { ...(rows[0]?.outcome as object), intents: await intentsOf(site.code) };
}

interface ListedIntent {
  id: string;
  status: string;
  amount_received: number;
  metadata: Record<string, string>;
}

/** Statuses of the site's PaymentIntents on the platform's account. Only the newest are looked at: a site is new. */
async function intentsOf(site: string): Promise<string[]> {
  const { stripe } = useStack();
  const { status, text } = await ask(`${stripe.url}/v1/payment_intents?limit=100`, {
    headers: { authorization: `Bearer ${stripe.secretKey}` },
  });
  if (status !== 200) throw new Error(`the provider answered ${status}: ${text}`);
  const { data } = JSON.parse(text) as { data: ListedIntent[] };
  return data
    .filter(({ metadata }) => metadata['site'] === site)
    .map((intent) => `${intent.status} ${intent.amount_received}`)
    .sort();
}
