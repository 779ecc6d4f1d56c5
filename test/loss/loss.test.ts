import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { shiftClock } from '../../dev/shift_clock.ts';
import type { Stack } from '../../dev/stack.ts';
import { startThrowAwayStack } from '../../dev/with_stack.ts';
import { orderOutcome } from '../cuts/order_outcome.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { steer } from '../harness/provider.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { lendStack } from '../harness/stack.ts';
import { PROMO, STORIES } from './story.ts';

/** The longest anything waits before a sweep asks of its own accord: a refund on its way, an hour. */
const PATIENCE_MINUTES = [16, 16, 61, 1];

let stack: Stack;
beforeAll(async () => {
  stack = await startThrowAwayStack({ queueTimeoutSeconds: 0.05, scripts: { queues: 'test/loss/consumer.ts' } });
  lendStack(stack.description);
});
afterAll(() => stack.stop());

async function mint(): Promise<MintedSite> {
  const site = await mintSite({
    tiers: [{ totalUnits: 1_000 }, { totalUnits: 5, maxUnitsPerBuyer: 5 }],
    settings: { riskWindowDays: 0, limits: 'relaxed' },
  });
  for (const [code, off] of [
    [PROMO.half, 5_000],
    [PROMO.free, 10_000],
  ] as const) {
    await withClient('superuser', (client) =>
      client.query(
        `insert into promo_codes (site_id, id, created_at, code, percent_basis_points)
         values ($1, $2, app.now(), $3, $4)`,
        [site.siteId, randomUUID(), code, off],
      ),
    );
  }
  return site;
}

/** Tells every story on a site of its own kind: first what was heard of, then all that follows. */
async function tell(site: MintedSite, beforeTheRest: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
  const rests: (() => Promise<unknown>)[] = [];
  for (const { begin } of STORIES) rests.push(await begin(site));
  await quiet();
  await beforeTheRest();
  for (const rest of rests) await rest();
}

async function loseEverything(isLost: boolean): Promise<void> {
  await stack.workers.scheduled(isLost ? 'deaf' : 'hearing');
  await steer('/drop', { all: isLost });
  const answer = await ask(`${stack.description.custody.control}/drop`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ all: isLost }),
  });
  if (answer.status !== 200) throw new Error(`custody's control answered ${answer.status}: ${answer.text}`);
}

/** Until everything on its way has come, and nobody asks the database for anything any more. */
async function quiet(): Promise<void> {
  for (let asked = -1; asked !== (await asks());) {
    asked = await asks();
    await sleep(400);
    for (const { control } of [stack.description.stripe, stack.description.custody]) {
      for (;;) {
        const { text } = await ask(`${control}/quiet`);
        if ((JSON.parse(text) as { pending: number }).pending === 0) break;
        await sleep(100);
      }
    }
  }
}

async function asks(): Promise<number> {
  const { text } = await ask(`${stack.description.control}/trace`);
  return (JSON.parse(text) as { count: number }).count;
}

async function eventsOf({ siteId }: MintedSite): Promise<number> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ n: number }>('select count(*)::integer as n from webhook_events where site_id = $1', [siteId]),
  );
  return rows[0]?.n ?? 0;
}

it('a run of which every webhook and every message was lost ends as one that heard all', async () => {
  const [heard, deaf] = [await mint(), await mint()];
  await tell(heard);
  await quiet();

  let eventsBefore = 0;
  await tell(deaf, async () => {
    await loseEverything(true);
    eventsBefore = await eventsOf(deaf);
  });
  await quiet();
  await loseEverything(false);
  expect(await eventsOf(deaf)).toBe(eventsBefore);
  expect(await orderOutcome(deaf)).not.toEqual(await orderOutcome(heard));

  for (const minutes of PATIENCE_MINUTES) {
    await shiftClock(stack.description.database.owner, minutes / (24 * 60));
    await stack.workers.scheduled('* * * * *');
    await quiet();
  }
  expect(await orderOutcome(deaf)).toEqual(await orderOutcome(heard));
  await expectChecks();
}, 180_000);
