import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { setTimeout as sleep } from 'node:timers/promises';
import { deliver } from '../harness/consumer.ts';
import { newBuyer, type Buyer } from '../harness/buyer.ts';
import { DEMO_SITES } from '../../dev/demo/site.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { expectedOf, type Seen } from './expected.ts';
import type { Lane } from './lane.ts';
import { observe } from './observed.ts';
import type { Sale } from './sale.ts';

const PATIENCE_MILLISECONDS = 20_000;

/** How a run's site sells: few units, odd prices, so that limits are met and every share must be rounded. */
const TIERS = [
  { totalUnits: 12, maxUnitsPerBuyer: 8, unitPriceMinor: 9_997n, tokensPerUnitBase: 1_000_003n },
  { totalUnits: 5, maxUnitsPerBuyer: 5, unitPriceMinor: 333n, tokensPerUnitBase: 77n },
];
const BUYERS = 2;
const PROMO = { code: 'MODEL', percentBasisPoints: 1_250, maxUses: 3, maxUsesPerBuyer: 2 };

/** One run's real site, with everybody who acts on it. */
export class World {
  readonly lane: Lane;
  readonly site: MintedSite;
  readonly buyers: readonly Buyer[];

  constructor(lane: Lane, site: MintedSite, buyers: readonly Buyer[]) {
    this.lane = lane;
    this.site = site;
    this.buyers = buyers;
  }

  buyer(number: number): Buyer {
    const buyer = this.buyers[number];
    if (buyer === undefined) throw new TypeError('the model has as many buyers as the world');
    return buyer;
  }

  /**
   * Waits until the platform shows what the model says, and expects every truth about the site's rows to hold.
   *
   * @throws Error with both when it does not come to that.
   */
  async agree(sale: Sale): Promise<void> {
    const expected = expectedOf(sale);
    let seen = await this.observe();
    for (
      const until = performance.now() + PATIENCE_MILLISECONDS;
      !isDeepStrictEqual(seen, expected) && performance.now() < until;
    ) {
      await sleep(15);
      seen = await this.observe();
    }
    if (!isDeepStrictEqual(seen, expected)) {
      throw new Error(`expected ${JSON.stringify(expected, null, 1)}\nbut saw ${JSON.stringify(seen, null, 1)}`);
    }
    await this.expectTruths();
  }

  observe(): Promise<Seen> {
    return observe(this.lane.superuser, this.site.siteId);
  }

  /** The sweep comes by that seals what operators did: in a long run nobody else does so in time. */
  async seal(): Promise<void> {
    await deliver({ v: 1, kind: 'sweep', site: this.site.code, name: 'audit.seal' }, 'custody');
  }

  async expectTruths(): Promise<void> {
    const { readonly, truths } = this.lane;
    const { rows } = await readonly.query<{ name: string; fault: object }>({ name: 'truths', text: truths });
    if (rows.length > 0) throw new Error(`truths that do not hold: ${JSON.stringify(rows)}`);
  }
}

/** Mints a site for one run, and the model of a sale in which nothing has happened. */
export async function openSale(lane: Lane): Promise<{ model: Sale; real: World }> {
  const site = await mintSite({ tiers: TIERS, settings: { limits: 'relaxed' }, onlyOwner: true });
  await lane.superuser.query(
    `insert into promo_codes (site_id, id, created_at, code, percent_basis_points, max_uses, max_uses_per_buyer)
     values ($1, $2, app.now(), $3, $4, $5, $6)`,
    [site.siteId, randomUUID(), PROMO.code, PROMO.percentBasisPoints, PROMO.maxUses, PROMO.maxUsesPerBuyer],
  );
  await lane.superuser.query('update commission_levels set hold_days = 0 where site_id = $1', [site.siteId]);
  await lane.readonly.query(`select set_config('app.site_id', $1, false)`, [site.siteId]);
  const buyers = await Promise.all(Array.from({ length: BUYERS }, () => newBuyer(site)));
  await lane.superuser.query(
    `insert into operators (site_id, id, home_site_id, user_id, role) values ($1, $2, $3, $4, 'manager')`,
    [site.siteId, randomUUID(), DEMO_SITES.platform, lane.operator.id],
  );
  const model: Sale = {
    tiers: TIERS,
    promo: PROMO,
    buyers: buyers.map(() => ({ referrer: null, vainHolds: 0 })),
    orders: [],
    parked: 0,
    warnings: 0,
  };
  return { model, real: new World(lane, site, buyers) };
}

export const PROMO_CODE = PROMO.code;
