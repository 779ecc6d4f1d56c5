import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { startThrowAwayStack } from '../../dev/with_stack.ts';
import type { Stack } from '../../dev/stack.ts';
import { DEMO_SITES, demoSites } from '../../dev/demo/site.ts';
import { SESSION_COOKIE } from '../../worker/auth/cookie.ts';
import { makeCrowd, type CrowdBuyer } from '../harness/crowd.ts';
import { eachAtOnce } from '../harness/flight.ts';
import { atLeast, atMost, median, watched, type Bench, type BenchResult } from './figure.ts';
import { closeConnections, post } from './orders/ask.ts';
import { processorMilliseconds } from './orders/cpu.ts';

/** Requests under way at once. */
const CLIENTS = 16;
const ROUNDS = 12;
const ORDERS_PER_ROUND = 300;
/** One after the other, to see what each of them asks of the database. */
const COUNTED = 51;
const SPREAD_TIERS = 20;
/** What the last figure but one is taken on: this many buyers want a stock of this many units. */
const RUSH = { buyers: 400, units: 200 };

interface Tier {
  readonly id: string;
  readonly units: number;
}

/**
 * What placing an order costs over HTTP, warm: against the floor of the same run (a POST that enters and selects 1), on
 * one tier that everybody wants and on twenty; and that a rush sells exactly what there is.
 */
export const orders: Bench = async (onProgress) => {
  onProgress('booting a stack of its own');
  const stack = await startThrowAwayStack({ scripts: { api: 'test/bench/orders/worker.ts' }, queueTimeoutSeconds: 1 });
  const superuser = new pg.Client({ connectionString: databaseOf(stack) });
  try {
    await superuser.connect();
    return await measure(stack, superuser, onProgress);
  } finally {
    closeConnections();
    await superuser.end();
    await stack.stop();
  }
};

async function measure(stack: Stack, superuser: pg.Client, onProgress: (step: string) => void): Promise<BenchResult> {
  const url = stack.description.sites.find(({ code }) => code === 'na')?.url ?? '';
  const siteId = DEMO_SITES.na;
  const [hot, rush, ...spread] = await makeTiers(superuser, siteId, [
    10_000_000,
    RUSH.units,
    ...Array.from({ length: SPREAD_TIERS }, () => 10_000_000),
  ]);
  if (hot === undefined || rush === undefined) throw new TypeError('two tiers were asked for');
  onProgress('making buyers');
  const needed = (2 * ROUNDS + 1) * ORDERS_PER_ROUND + COUNTED + RUSH.buyers;
  const buyers = await makeCrowd(superuser, siteId, 1, needed);
  const take = (count: number) => buyers.splice(0, count);
  const placeAll = async (some: readonly CrowdBuyer[], tiers: readonly Tier[]) =>
    timed(some, (buyer, at) => place(url, buyer, tiers[at % tiers.length] ?? hot));
  const emptyAll = (some: readonly CrowdBuyer[]) => timed(some, (buyer) => empty(url, buyer));

  onProgress('warming up');
  const warm = take(ORDERS_PER_ROUND);
  await emptyAll(warm);
  expectAll(await placeAll(warm, [hot]), 201);
  const { requests, statements } = await countWarm(stack, take(COUNTED), (buyer) => place(url, buyer, hot));

  const rounds: { hot: number; spread: number; empty: number; ratio: number; cpu: number }[] = [];
  const postmaster = await postmasterOf(superuser);
  for (let round = 1; round <= ROUNDS; round += 1) {
    onProgress(`round ${round} of ${ROUNDS}`);
    const some = take(ORDERS_PER_ROUND);
    const cpuBefore = processorMilliseconds(postmaster);
    const placed = await placeAll(some, [hot]);
    const cpu = (processorMilliseconds(postmaster) - cpuBefore) / some.length;
    const floor = await emptyAll(some);
    const scattered = await placeAll(take(ORDERS_PER_ROUND), spread);
    expectAll(placed, 201);
    expectAll(floor, 201);
    expectAll(scattered, 201);
    const perSecond = ({ seconds }: Timed) => some.length / seconds;
    rounds.push({
      ...{ hot: perSecond(placed), spread: perSecond(scattered), empty: perSecond(floor), cpu },
      ratio: floor.seconds / placed.seconds,
    });
  }
  onProgress(`${RUSH.buyers} buyers for ${RUSH.units} units`);
  const rushed = await timed(take(RUSH.buyers), (buyer) => place(url, buyer, rush), RUSH.buyers);
  const oversold = (await heldOrSold(superuser, rush)) - rush.units;
  const accepted = rushed.statuses.filter((status) => status === 201).length;

  const middle = (of: (round: (typeof rounds)[number]) => number) => median(rounds.map(of));
  return {
    rows: rounds.map((each, at) => ({
      round: at + 1,
      'hot, orders/s': each.hot.toFixed(0),
      'spread, orders/s': each.spread.toFixed(0),
      'empty, requests/s': each.empty.toFixed(0),
      ratio: each.ratio.toFixed(3),
      'PostgreSQL, ms/order': each.cpu.toFixed(2),
    })),
    notes: [`the rush: ${accepted} of ${RUSH.buyers} buyers got one of ${RUSH.units} units`],
    figures: [
      atLeast(
        'ratio_to_empty_batch',
        middle(({ ratio }) => ratio),
        'ratio',
        0.5,
      ),
      atMost('round_trips_per_order', requests, 'requests', 1),
      atMost('statements_per_order', statements, 'statements', 1),
      atMost('oversold_units', Math.max(oversold, accepted - rush.units), 'units', 0),
      watched(
        'orders_per_s_hot',
        middle(({ hot: value }) => value),
        'orders/s',
      ),
      watched(
        'orders_per_s_spread',
        middle(({ spread: value }) => value),
        'orders/s',
      ),
      watched(
        'postgres_cpu_ms_per_order',
        middle(({ cpu }) => cpu),
        'ms',
      ),
    ],
  };
}

/**
 * What an order asks of the database while the isolate knows the site: the middle one's requests and statements. Every
 * two seconds one order finds the snapshot too old and asks twice; that is the cold case.
 */
async function countWarm(
  { proxy }: Stack,
  some: readonly CrowdBuyer[],
  work: (buyer: CrowdBuyer) => Promise<{ status: number }>,
): Promise<{ requests: number; statements: number }> {
  const counts: { requests: number; statements: number }[] = [];
  for (const buyer of some) {
    const before = proxy.requests();
    await work(buyer);
    const requests = proxy.requests() - before;
    const asked = proxy.trace().slice(-requests);
    counts.push({ requests, statements: asked.reduce((sum, { queries }) => sum + queries.length, 0) });
  }
  return {
    requests: median(counts.map((count) => count.requests)),
    statements: median(counts.map((count) => count.statements)),
  };
}

interface Timed {
  readonly seconds: number;
  readonly statuses: readonly number[];
}

async function timed(
  some: readonly CrowdBuyer[],
  work: (buyer: CrowdBuyer, at: number) => Promise<{ status: number }>,
  clients = CLIENTS,
): Promise<Timed> {
  const startedAt = performance.now();
  const answers = await eachAtOnce(clients, some, work);
  return { seconds: (performance.now() - startedAt) / 1_000, statuses: answers.map(({ status }) => status) };
}

function expectAll({ statuses }: Timed, status: number): void {
  const others = [...new Set(statuses)].filter((each) => each !== status);
  if (others.length > 0) throw new Error(`some requests were answered ${others.join(', ')} instead of ${status}`);
}

const headersOf = (url: string, { token, address }: CrowdBuyer): Record<string, string> => ({
  origin: url,
  cookie: `${SESSION_COOKIE}=${token}`,
  'cf-connecting-ip': address,
  'content-type': 'application/json',
});

const empty = (url: string, buyer: CrowdBuyer) => post(`${url}/api/v1/bench/empty`, headersOf(url, buyer), '{}');

function place(url: string, buyer: CrowdBuyer, tier: Tier) {
  const terms = demoSites.find(({ site }) => site.code === 'na')?.site.termsVersion;
  const headers = { ...headersOf(url, buyer), 'idempotency-key': randomUUID() };
  const body = { tier_id: tier.id, tier_version: 1, quantity: 1, wallet_id: buyer.walletId, terms_version: terms };
  return post(`${url}/api/v1/orders`, headers, JSON.stringify(body));
}

async function makeTiers(client: pg.Client, siteId: string, stocks: readonly number[]): Promise<Tier[]> {
  const tiers = stocks.map((units) => ({ id: randomUUID(), units }));
  for (const { id, units } of tiers) {
    await client.query(
      `insert into tiers select (jsonb_populate_record(t, jsonb_build_object('id', $2::uuid, 'total_units', $3::integer,
         'held_units', 0, 'sold_units', 0))).* from tiers t where t.site_id = $1 order by display_order limit 1`,
      [siteId, id, units],
    );
  }
  return tiers;
}

async function heldOrSold(client: pg.Client, { id }: Tier): Promise<number> {
  const { rows } = await client.query<{ units: number }>(
    `select coalesce(sum(quantity), 0)::integer as units from orders where tier_id = $1 and status in ('pending', 'paid')`,
    [id],
  );
  return rows[0]?.units ?? 0;
}

/** Process id of the server's first process. */
async function postmasterOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: string }>(
    `select split_part(pg_read_file('postmaster.pid'), E'\\n', 1) as pid`,
  );
  return Number(rows[0]?.pid);
}

function databaseOf({ description: { database } }: Stack): string {
  const url = new URL(database.superuser);
  url.pathname = new URL(database.owner).pathname;
  return url.href;
}
