import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { waitFor } from '../../dev/client/wait.ts';
import { buy, newBuyer, type Buyer } from '../harness/buyer.ts';
import { expectChecks, isWaitedFor, withClient } from '../harness/database.ts';
import { callPlaceOrder } from '../harness/place_order.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';

/** Client addresses' hashes and promo codes' ids, in the order in which the database sorts them. */
const [NEAR, FAR] = ['11'.repeat(32), 'ee'.repeat(32)];
const [FIRST, LAST] = ['11111111-1111-7111-8111-111111111111', 'eeeeeeee-eeee-7eee-8eee-eeeeeeeeeeee'];

/**
 * A buyer replaces an order while somebody else holds a row that the replacement needs, and then takes another one that
 * it needs: as two orders do that meet. Whoever would deadlock fails here.
 *
 * @param before, after changes of the buyer's two commands
 * @param rows what the other one locks: `from … where …` of a select, first and then
 */
async function replaceBeside(
  { site, buyer }: World,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  rows: readonly [string, string],
): Promise<void> {
  const [first, then] = rows.map((row) => `select ${row} for update`);
  await withClient('app', async (client) => {
    await callPlaceOrder(client, site, buyer, before);
    await withClient('superuser', async (other) => {
      await other.query('begin');
      await other.query(first ?? '', [site.siteId]);
      const replaced = callPlaceOrder(client, site, buyer, { ...after, quantity: 2 });
      const outcome = Promise.allSettled([replaced]);
      await waitFor('the replacement to wait', () => isWaitedFor(other));
      await other.query(then ?? '', [site.siteId]);
      await other.query('commit');
      expect(await outcome).toEqual([{ status: 'fulfilled', value: undefined }]);
    });
  });
  expect(await unitsOf(site)).toEqual({ held: 2, orders: ['cancelled', 'pending'] });
  await expectChecks();
}

interface World {
  site: MintedSite;
  buyer: Buyer;
}

const unitsOf = ({ siteId, tiers: [{ id }] }: MintedSite) =>
  withClient('superuser', async (client) => {
    const { rows } = await client.query<{ held: number; orders: string[] }>(
      `select held_units as held, (select array_agg(o.status order by o.status) from orders o where o.tier_id = t.id) as orders
       from tiers t where t.site_id = $1 and t.id = $2`,
      [siteId, id],
    );
    return rows[0];
  });

async function newWorld(): Promise<World> {
  const site = await mintSite({ tiers: [{ totalUnits: 5, maxUnitsPerBuyer: 5 }] });
  return { site, buyer: await newBuyer(site) };
}

const row = (table: string, where: string) => `from ${table} where site_id = $1 and ${where}`;

it('replaces an order from another client address without holding the tier meanwhile', async () => {
  const world = await newWorld();
  await withClient('superuser', (client) =>
    client.query(`insert into address_holds values ($1, decode($2, 'hex'), 0)`, [world.site.siteId, FAR]),
  );
  const tier = row('tiers', `id = '${world.site.tiers[0].id}'`);
  await replaceBeside(world, { address_hash: NEAR }, { address_hash: FAR }, [addressRow(FAR), tier]);
});

const addressRow = (hash: string) => row('address_holds', `address_hash = decode('${hash}', 'hex')`);

it('takes two client addresses in the order everybody takes them', async () => {
  const world = await newWorld();
  await withClient('superuser', (client) =>
    client.query(`insert into address_holds values ($1, decode($2, 'hex'), 0)`, [world.site.siteId, NEAR]),
  );
  await replaceBeside(world, { address_hash: FAR }, { address_hash: NEAR }, [addressRow(NEAR), addressRow(FAR)]);
});

it('takes two promo codes in the order everybody takes them', async () => {
  const world = await newWorld();
  for (const id of [FIRST, LAST]) {
    await withClient('superuser', (client) =>
      client.query(
        `insert into promo_codes (site_id, id, created_at, code, bonus_per_unit_base) values ($1, $2, app.now(), $3, 1)`,
        [world.site.siteId, id, `CODE-${randomUUID().slice(0, 8).toUpperCase()}`],
      ),
    );
  }
  const promo = (id: string) => ({ promo_code_id: id, promo_version: 1, bonus_base: '1' });
  const codeRow = (id: string) => row('promo_codes', `id = '${id}'`);
  await replaceBeside(world, promo(LAST), promo(FIRST), [codeRow(FIRST), codeRow(LAST)]);
});

it('frees what the replaced order held before it asks whether enough is left', async () => {
  const { site, buyer } = await newWorld();
  await withClient('app', async (client) => {
    await callPlaceOrder(client, site, buyer, { quantity: 4 });
    await callPlaceOrder(client, site, buyer, { quantity: 5 });
    await expect(callPlaceOrder(client, site, buyer, { quantity: 6, max_units: 9 })).rejects.toThrow(
      'tier.not_enough_left',
    );
    const other = await newBuyer(site);
    await expect(callPlaceOrder(client, site, other)).rejects.toThrow('tier.sold_out');
  });
  expect(await unitsOf(site)).toEqual({ held: 5, orders: ['cancelled', 'pending'] });
  await expectChecks();
});

it('takes the ledger’s accounts in one order, whichever of them is debited', async () => {
  const { site, buyer } = await newWorld();
  await buy(buyer, site);
  const posting = (account: string, amount: number) => ({ account, owner: null, asset: site.currency, amount });
  const reference = { id: randomUUID(), reference_type: 'refund', reference_id: randomUUID() };
  const postings = [posting('sales', -1), posting('provider_receivable', 1)];
  const refund = [{ ...reference, kind: 'refund_succeeded', postings }];
  const account = (kind: string) => `select ${row('ledger_accounts', `kind = '${kind}'`)} for update`;
  await withClient('queue', async (client) => {
    await client.query('begin');
    await client.query(`select set_config('app.site_id', $1, true)`, [site.siteId]);
    await withClient('superuser', async (settlement) => {
      await settlement.query('begin');
      await settlement.query(account('provider_receivable'), [site.siteId]);
      const outcome = Promise.allSettled([client.query('select app.post_all($1)', [JSON.stringify(refund)])]);
      await waitFor('the refund to wait', () => isWaitedFor(settlement));
      await settlement.query(account('sales'), [site.siteId]);
      await settlement.query('commit');
      expect(await outcome).toMatchObject([{ status: 'fulfilled' }]);
    });
    await client.query('rollback');
  });
});
