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

/** Rows that a purchase leaves none of, by table; $1 is the site, $2 an id of nobody. */
const SAMPLES: Record<string, string> = {
  dead_letters: `insert into dead_letters (site_id, queue, id, body, attempts, at) values ($1, 'sample', $2, '{}', 1, app.now())`,
  machine_clients: `insert into machine_clients (site_id, id, client_id, name, scopes, active, created_at)
    values ($1, $2, 'sample', 'Sample', '{read:orders}', true, app.now())`,
  login_audit: `insert into login_audit (site_id, id, user_id, event, request_id, at)
    select $1, $2, user_id, 'signed_in', 'sample', app.now() from referrals where site_id = $1 limit 1`,
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
      await withClient('superuser', (client) => client.query(sql, [siteId, randomUUID()]));
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
