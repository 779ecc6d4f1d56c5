import { describe, expect, it } from 'vitest';
import { newBuyer, paidOrder, payOrder, placeOrder } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { mintSite } from '../harness/site.ts';

const ROLES = ['app', 'queue'] as const;

/** Every table that names a site, from the catalogue: a table added later is tested without a word here. */
async function siteTables(): Promise<string[]> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ name: string }>(
      `select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
       where c.relkind = 'r' and (c.relname = 'sites' or exists (
         select from pg_attribute a where a.attrelid = c.oid and a.attname = 'site_id' and not a.attisdropped))
       order by 1`,
    ),
  );
  return rows.map(({ name }) => name);
}

async function bought() {
  const site = await mintSite();
  const buyer = await newBuyer(site);
  const placed = await placeOrder(buyer, site, { quantity: 1, referralCode: site.agents[1].referralCode });
  await payOrder(buyer, placed.body.id);
  await paidOrder(buyer, placed.body.id);
  return { site, buyer };
}

describe('what a role sees', () => {
  it('is nothing of any site without app.enter', async () => {
    await bought();
    for (const role of ROLES) {
      for (const table of await siteTables()) {
        const seen = await withClient(role, (client) => countOrRefused(client, `select 1 from ${table}`));
        expect({ role, table, seen }).toEqual({ role, table, seen: expect.toBeOneOf([0, 'refused']) as unknown });
      }
    }
  });

  it('is the own site’s rows after app.enter, and none of another’s', async () => {
    const { site } = await bought();
    const other = (await bought()).site;
    for (const role of ROLES) {
      for (const table of await siteTables()) {
        const column = table === 'sites' ? 'id' : 'site_id';
        const seen = await withClient(role, async (client) => {
          await client.query('begin');
          if (role === 'queue') await client.query('select app.enter(null, null, $1)', [site.code]);
          else await client.query('select app.enter($1, null)', [new URL(site.url).hostname]);
          return countOrRefused(client, `select 1 from ${table} where ${column} is distinct from '${site.siteId}'`);
        });
        expect({ role, table, other: other.code, seen }).toEqual({
          role,
          table,
          other: other.code,
          seen: expect.toBeOneOf([0, 'refused']) as unknown,
        });
      }
    }
  });

  it('is a buyer’s own rows alone for posx_app, and nothing while nobody is signed in', async () => {
    const { site } = await bought();
    for (const table of [
      'users',
      'wallets',
      'orders',
      'order_events',
      'payments',
      'allocations',
      'releases',
      'commission_entries',
    ]) {
      const seen = await withClient('app', async (client) => {
        await client.query('begin');
        await client.query('select app.enter($1, null)', [new URL(site.url).hostname]);
        return countOrRefused(client, `select 1 from ${table}`);
      });
      expect({ table, seen }).toEqual({ table, seen: 0 });
    }
  });
});

describe('app.enter', () => {
  it('does not let posx_app name a site, nor the consumer a host', async () => {
    const site = await mintSite();
    const host = new URL(site.url).hostname;
    const refused = (role: 'app' | 'queue', sql: string, values: unknown[]) =>
      expect(withClient(role, (client) => client.query(sql, values)));
    await refused('app', 'select app.enter($1, null, $2)', [host, 'na']).rejects.toThrow('request.not_found');
    await refused('app', 'select app.enter(null, null, $1)', ['na']).rejects.toThrow('host.unknown');
    await refused('queue', 'select app.enter($1, null, $2)', [host, 'na']).rejects.toThrow('internal');
  });
});

async function countOrRefused(client: { query(sql: string): Promise<{ rowCount: number | null }> }, sql: string) {
  try {
    return (await client.query(sql)).rowCount;
  } catch (error) {
    // No grant at all is the strongest way of seeing nothing.
    if (error instanceof Error && 'code' in error && error.code === '42501') return 'refused';
    throw error;
  }
}
