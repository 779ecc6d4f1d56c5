import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { ask } from '../../dev/client/http.ts';
import { waitFor } from '../../dev/client/wait.ts';
import type { AdminRelease } from '../../worker/admin/shape.ts';
import { buy, newBuyer } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { newOperator } from '../harness/operator.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

/** Rows that a purchase leaves none of, or none that last, by table; $1 is the site, $2 an id of nobody. */
const SAMPLES: Record<string, string> = {
  // These two are cleared once they are old, and other tests move the clock.
  auth_nonces: `insert into auth_nonces (site_id, nonce, browser_hash, address, issued_at, expires_at)
    values ($1, 'sample ' || $2::uuid, sha256('sample'), '0x' || repeat('a', 40), app.now(), app.now() + interval '10 years')`,
  idempotency_keys: `insert into idempotency_keys (site_id, user_id, key, body_hash, object_id, created_at)
    select $1, user_id, 'sample ' || $2::uuid, sha256('sample'), $2::uuid, app.now() + interval '10 years'
    from referrals where site_id = $1 limit 1`,
  dead_letters: `insert into dead_letters (site_id, queue, id, body, attempts, at) values ($1, 'sample', $2, '{}', 1, app.now())`,
  machine_clients: `insert into machine_clients (site_id, id, client_id, name, scopes, active, created_at)
    values ($1, $2, 'sample', 'Sample', '{read:orders}', true, app.now())`,
  login_audit: `insert into login_audit (site_id, id, user_id, event, request_id, at)
    select $1, $2, user_id, 'signed_in', 'sample', app.now() from referrals where site_id = $1 limit 1`,
  tier_promotions: `insert into tier_promotions (site_id, id, tier_id, unit_price_minor, starts_at, ends_at, active, created_at)
    select $1, $2, t.id, 1, app.now() - interval '2 days', app.now() - interval '1 day', false, app.now()
    from tiers t where t.site_id = $1 limit 1`,
  promo_codes: `insert into promo_codes (site_id, id, code, fixed_minor, active, created_at)
    values ($1, $2, 'SAMPLE', 1, false, app.now())`,
  promo_redemptions: `with used as (
      update orders o set promo_code_id = c.id from promo_codes c
      where o.site_id = $1 and o.status = 'paid' and c.site_id = o.site_id and c.id <> $2
      returning o.id as order_id, o.user_id, c.id
    ), counted as (
      update promo_codes c set used_count = 1 from used u where c.site_id = $1 and c.id = u.id returning c.id
    )
    insert into promo_redemptions (site_id, order_id, promo_code_id, user_id, redeemed_at)
    select $1, u.order_id, c.id, u.user_id, app.now() from used u join counted c on c.id = u.id`,
  address_holds: `insert into address_holds (site_id, address_hash, unpaid_count)
    values ($1, sha256(convert_to($2::uuid::text, 'UTF8')), 0)`,
  refunds: `insert into refunds (site_id, id, order_id, payment_id, user_id, amount_minor, currency, state, created_at, checked_at)
    select $1, $2, p.order_id, p.id, p.user_id, 1, p.currency, 'canceled', app.now(), app.now()
    from payments p where p.site_id = $1 and p.state = 'applied' limit 1`,
  disputes: `insert into disputes (site_id, id, order_id, payment_id, user_id, provider_id, status, amount_minor,
      withdrawn_minor, reinstated_minor, lost_minor, currency, is_open, opened_at, checked_at)
    select $1, $2, p.order_id, p.id, p.user_id, 'sample_' || $2::uuid::text, 'warning_closed', 1, 0, 0, 0, p.currency, false,
      app.now(), app.now()
    from payments p where p.site_id = $1 and p.state = 'applied' limit 1`,
  dispute_changes: `insert into dispute_changes (site_id, id, dispute_id, sequence, status, withdrawn_minor,
      reinstated_minor, lost_minor, at)
    select $1, $2, d.id, 1, d.status, 0, 0, 0, app.now() from disputes d where d.site_id = $1`,
  reconciliation_breaks: `insert into reconciliation_breaks (site_id, id, provider, day, kind, reference, currency,
      provider_minor, ledger_minor, state, found_at)
    values ($1, $2, 'stripe', '2026-01-01', 'sample', 'sample', 'USD', 1, 0, 'open', app.now())`,
  provider_cursors: `insert into provider_cursors (provider, account, read_until, at)
    select 'stripe', 'sample_' || $2::uuid::text, app.now(), app.now() where $1::uuid is not null`,
  site_payment_accounts: `insert into site_payment_accounts (site_id, id, provider, account, active)
    values ($1, $2, 'stripe', 'sample_' || $2::uuid::text, false)`,
};

/** Two sites on which everything has happened that fills a table. */
export interface FilledSites {
  own: MintedSite;
  other: MintedSite;
}

let filled: Promise<FilledSites> | undefined;

/** Mints two sites with a purchase, its commissions, a payout and a sealed audit row each; once for all files of a run. */
export function fillSites(): Promise<FilledSites> {
  return (filled ??= fill());
}

async function fill(): Promise<FilledSites> {
  const [own, other] = await Promise.all([filledSite(), filledSite()]);
  await ask(`${useStack().control}/cron`, { method: 'POST' });
  for (const { siteId } of [own, other]) await waitForRow('audit_seals', siteId);
  for (const { siteId } of [own, other]) {
    for (const sql of Object.values(SAMPLES)) {
      await withClient('superuser', async (client) => {
        // States begin as they may only for their roles: a sample is there without having happened.
        await client.query('begin; set local session_replication_role = replica');
        await client.query(sql, [siteId, randomUUID()]);
        await client.query('commit');
      });
    }
  }
  return { own, other };
}

async function filledSite(): Promise<MintedSite> {
  const site = await mintSite({ settings: { riskWindowDays: 0 } });
  // Somebody whom nobody referred and who bought nothing has the plain rows of a newcomer.
  const [buyer] = await Promise.all([newBuyer(site), newBuyer(site)]);
  await buy(buyer, site, { referralCode: site.agents[1].referralCode });
  const operator = await newOperator();
  const { body } = await operator.get<{ items: AdminRelease[] }>(`/admin/${site.code}/releases?state=due`);
  await operator.post(`/admin/${site.code}/releases/approve`, { release_ids: body.items.map(({ id }) => id) });
  // Settled, so that the consumer changes nothing more while others look.
  await waitForRow('payouts', site.siteId, `and state = 'confirmed'`);
  return site;
}

function waitForRow(table: string, siteId: string, and = ''): Promise<true> {
  return waitFor(`a row of ${table}`, async () => {
    const found = await withClient('superuser', (client) =>
      client.query(`select from ${table} where site_id = $1 ${and} limit 1`, [siteId]),
    );
    return found.rowCount === 0 ? undefined : true;
  });
}

/** Every table of ours, `schema.name`, from the catalogue. */
export async function tablesOf(client: pg.ClientBase): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f') and n.nspname in ('public', 'app', 'drizzle') order by 1`,
  );
  return rows.map(({ name }) => name);
}
