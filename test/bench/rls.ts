import pg from 'pg';
import { startNeonProxy } from '../../dev/postgres/proxy.ts';
import { withThrowAwayDatabase, type DatabaseUrls } from '../../dev/with_database.ts';
import { atMost, type Bench, type BenchResult, type Figure } from './figure.ts';
import { loadOrders, ORDERS, SITES } from './rls/load.ts';
import { compare, type Comparison } from './rls/measure.ts';
import { recordReads, type Read } from './rls/read.ts';

/** Row-level security may cost at most half of what the statement takes without it. */
const GOAL = 1.5;

/**
 * What row-level security adds to the lists that people look at, on a million orders. A figure is the highest ratio of
 * its situations; each ratio is that of the medians, by the server's own clock. That is the stricter measure: what the
 * client sees contains the way there and back and the reading of the rows, which are the same for both.
 */
export const rls: Bench = (onProgress) =>
  withThrowAwayDatabase(async (urls) => {
    const superuser = new pg.Client({ connectionString: urls.superuser });
    await superuser.connect();
    try {
      onProgress(`loading ${ORDERS.toLocaleString('en')} orders of ${SITES} sites`);
      const startedAt = performance.now();
      await loadOrders(superuser);
      onProgress(`loaded in ${Math.round((performance.now() - startedAt) / 1_000)} s`);
      return report(await measureAll(superuser, urls, onProgress));
    } finally {
      await superuser.end();
    }
  });

type Measured = Read & Comparison;

async function measureAll(
  superuser: pg.Client,
  { admin, superuser: superuserUrl, roles }: DatabaseUrls,
  onProgress: (step: string) => void,
): Promise<Measured[]> {
  const proxy = await startNeonProxy({ serverUrl: admin });
  try {
    const measured: Measured[] = [];
    for (const read of await recordReads(superuser, roles, proxy.url)) {
      onProgress(`measuring ${read.figure}, ${read.situation}`);
      measured.push({ ...read, ...(await compare(read, superuserUrl)) });
    }
    return measured;
  } finally {
    await proxy.stop();
  }
}

const ratioOf = ({ bound, free }: Comparison) => bound.serverMs / free.serverMs;

function report(measured: Measured[]): BenchResult {
  const rows = measured.map((each) => ({
    figure: each.figure,
    situation: each.situation,
    role: each.role,
    'with RLS, ms': each.bound.serverMs.toFixed(3),
    'without, ms': each.free.serverMs.toFixed(3),
    ratio: ratioOf(each).toFixed(3),
    goal: GOAL,
    'seen by the client, ms': `${each.bound.clientMs.toFixed(3)} / ${each.free.clientMs.toFixed(3)}`,
  }));
  const notes = measured.flatMap(({ figure, situation, bound, free }) => [
    `${figure}, ${situation}`,
    `  with     ${bound.plan}`,
    `  without  ${free.plan}`,
  ]);
  const names = [...new Set(measured.map(({ figure }) => figure))];
  const figures = names.map((name): Figure => {
    const ratios = measured.filter(({ figure }) => figure === name).map(ratioOf);
    return atMost(name, Math.max(...ratios), 'ratio', GOAL);
  });
  return { rows, notes, figures };
}
