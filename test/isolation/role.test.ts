import { describe, expect, it } from 'vitest';
import { newBuyer, paidOrder, payOrder, placeOrder } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { mintSite } from '../harness/site.ts';

/** Those that see one site at a time: administrators and the sweep read across sites, as the table matrix has it. */
const ROLES = ['app', 'operator', 'readonly', 'queue'] as const;

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
  it('is nothing of any site without app.enter, the owner’s part too', async () => {
    await bought();
    const tables = await siteTables();
    for (const role of [...ROLES, 'owner'] as const) {
      await withClient(role, async (client) => {
        for (const table of tables) {
          const seen = await countOrRefused(client, `select 1 from ${table}`);
          expect({ role, table, seen }).toEqual({ role, table, seen: expect.toBeOneOf([0, 'refused']) as unknown });
        }
      });
    }
  });

  it('is the own site’s rows after app.enter, and none of another’s', async () => {
    const [{ site }] = await Promise.all([bought(), bought()]);
    const tables = await siteTables();
    for (const role of ROLES) {
      await withClient(role, async (client) => {
        for (const table of tables) {
          await client.query('begin');
          if (role === 'queue') await client.query('select app.enter(null, null, $1)', [site.code]);
          else await client.query('select app.enter($1, null)', [new URL(site.url).hostname]);
          const column = table === 'sites' ? 'id' : 'site_id';
          const others = `select 1 from ${table} where ${column} is distinct from '${site.siteId}'`;
          const seen = await countOrRefused(client, others);
          await client.query('rollback');
          expect({ role, table, seen }).toEqual({ role, table, seen: expect.toBeOneOf([0, 'refused']) as unknown });
        }
      });
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

describe('before app.enter has found the site', () => {
  /** The rows a role sees of a table once a setting names one of them. */
  const seen = (role: (typeof ROLES)[number], table: string, setting: string, value: string) =>
    withClient(role, async (client) => {
      await client.query('begin');
      await client.query('select set_config($1, $2, true)', [setting, value]);
      return (await client.query<{ site_id: string }>(`select * from ${table}`)).rows;
    });

  it('only the domain that the request names is seen, and only the site that is named', async () => {
    const [site] = await Promise.all([mintSite(), mintSite()]);
    const { hostname } = new URL(site.url);
    for (const role of ['app', 'operator', 'readonly'] as const) {
      expect(await seen(role, 'site_domains', 'app.host', hostname)).toMatchObject([
        { site_id: site.siteId, hostname },
      ]);
      expect(await seen(role, 'site_domains', 'app.host', '%')).toEqual([]);
    }
    for (const role of ROLES) {
      expect(await seen(role, 'sites', 'app.site_code', site.code)).toMatchObject([{ id: site.siteId }]);
    }
  });

  it('a session’s hash shows nothing while no site is set, and within one only that session', async () => {
    const { site, buyer } = await bought();
    const newcomer = await newBuyer(site);
    const { rows } = await withClient('superuser', (client) =>
      client.query<{ hash: string }>(
        `select encode(token_hash, 'hex') as hash from sessions where site_id = $1 and user_id = $2`,
        [site.siteId, buyer.me.id],
      ),
    );
    const hash = rows[0]?.hash ?? '';
    const of = (siteId: string) =>
      withClient('app', async (client) => {
        await client.query('begin');
        await client.query(`select set_config('app.session', $1, true), set_config('app.site_id', $2, true)`, [
          hash,
          siteId,
        ]);
        return (await client.query<{ user_id: string }>('select user_id from sessions')).rows;
      });
    expect(newcomer.me.id).not.toBe(buyer.me.id);
    expect(await of('')).toEqual([]);
    expect(await of((await mintSite()).siteId)).toEqual([]);
    expect(await of(site.siteId)).toEqual([{ user_id: buyer.me.id }]);
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
