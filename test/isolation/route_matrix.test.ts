import { setTimeout as sleep } from 'node:timers/promises';
import { inspectRoutes } from 'hono/dev';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, type HttpAnswer } from '../../dev/client/http.ts';
import { waitFor } from '../../dev/client/wait.ts';
import type { ApiProblem } from '../../dev/client/visitor.ts';
import { app } from '../../worker/app.ts';
import { openClient, withClient } from '../harness/database.ts';
import { digestReader, quietDigest, type RowDigest } from '../harness/digest.ts';
import { eachAtOnce } from '../harness/flight.ts';
import { useStack } from '../harness/stack.ts';
import { ACTOR_NAMES, reviveSessions } from './route_actor.ts';
import { EXPECTATIONS, expectedOutcome, HOST_NAMES, type Host, type Outcome } from './route_expectation.ts';
import { hasIds, randomIds } from './route_request.ts';
import { cellsOf, makeWorld, send, type Cell, type World } from './route_world.ts';

/** `METHOD /path` of every route the API has; what only runs before a route is none. */
const ROUTES = [
  ...new Set(
    inspectRoutes(app)
      .filter(({ isMiddleware }) => !isMiddleware)
      .map(({ method, path }) => `${method} ${path}`),
  ),
];

/** Longer than the consumer waits to fill a batch: a message sent by mistake has been handled by then. */
const QUEUE_MILLISECONDS = 300;

let world: World;
let siteIds: string[];
let asked = 0;
let reader: pg.Client;
let digest: () => Promise<RowDigest>;
/** What was answered to those who are refused, by route and cell: compared later with answers about what is not there. */
const refusals = new Map<string, object>();

beforeAll(async () => {
  world = await makeWorld();
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ id: string }>("select id from sites where kind = 'platform'"),
  );
  siteIds = [world.own.siteId, world.other.siteId, ...rows.map(({ id }) => id)];
  // Without a recent sweep the API rightly says that it is not ready.
  await ask(`${useStack().control}/cron`, { method: 'POST' });
  await quietDigest(siteIds);
  reader = await openClient('superuser');
  digest = await digestReader(reader, siteIds);
});
afterAll(() => reader.end());

const nameOf = ({ actor, host }: Cell) => `${actor} @ ${host}`;
const expectedOf = ({ route, actor, host }: Cell) => expectedOutcome(route, actor, host);

/** Whether the answer must leave the database as it was. */
const isQuiet = (outcome: Outcome, route: string) =>
  !outcome.endsWith(' recorded') &&
  (route.startsWith('GET ') || /^[45]/.test(outcome) || outcome.endsWith(' unchanged') || route.endsWith('/preview'));

function outcomeOf({ status, text }: HttpAnswer): string {
  return status < 400 ? String(status) : `${status} ${(JSON.parse(text) as ApiProblem).code}`;
}

/** Asks all these cells, and expects of each its status, its code, and no word about the buyer to anybody else. */
async function expectOutcomes(cells: Cell[]): Promise<void> {
  const seen = await eachAtOnce(8, cells, async (cell) => {
    const answer = await send(cell, world);
    if (isRefused(cell)) refusals.set(`${cell.route} ${nameOf(cell)}`, withoutRequestId(answer));
    return { name: nameOf(cell), outcome: outcomeOf(answer), told: toldOfBuyer(cell, answer) };
  });
  asked += cells.length;
  expect(seen).toEqual(
    cells.map((cell) => ({
      name: nameOf(cell),
      outcome: expectedOf(cell).replace(/ (unchanged|recorded)$/, ''),
      told: [],
    })),
  );
}

/** What an answer says of the buyer to somebody who is neither the buyer nor staff, beyond what they sent themselves. */
function toldOfBuyer({ route, actor, host, request }: Cell, { text, headers }: HttpAnswer): string[] {
  const isBuyer = actor === 'buyer' || route === 'POST /api/v1/auth/wallet';
  const isStaff = host === 'platform' && route.includes('/admin/');
  if (isBuyer || isStaff) return [];
  const sent = `${request.path} ${request.body ?? ''}`.toLowerCase();
  const answer = `${text} ${JSON.stringify(headers)}`.toLowerCase();
  return world.secrets.filter((secret) => {
    // The same wallet on the other site is the same address, and a commission names the order it was earned by.
    const isSameWallet = actor === 'elsewhere' && secret === world.buyer.address.toLowerCase();
    const isOwnCommission = actor === 'agent' && /\/(commissions|export)$/.test(route) && secret === world.paidOrder;
    return !isSameWallet && !isOwnCommission && !sent.includes(secret) && answer.includes(secret);
  });
}

/** Which of these webhooks reached the inbox. */
async function received(cells: Cell[]): Promise<string[]> {
  const ids = cells.flatMap(({ request }) => (request.eventId === undefined ? [] : [request.eventId]));
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ event_id: string }>('select event_id from webhook_events where event_id = any($1)', [ids]),
  );
  return rows.map(({ event_id }) => event_id);
}

it('has an expectation for each route, and none for a route that is not there', () => {
  expect(Object.keys(EXPECTATIONS).toSorted()).toEqual(ROUTES.toSorted());
});

// Who is told that their rank is too low, or that the state of a thing does not allow it, knows of it already.
const isRefused = (cell: Cell): boolean => /^4(?!03|09)/.test(expectedOf(cell));

describe('to whom it is refused, and who only reads: the right answer, and nothing written', () => {
  const quiet: Cell[] = [];
  it.for(ROUTES)('%s', async (route) => {
    const cells = (await cellsOf(route, world)).filter((cell) => isQuiet(expectedOf(cell), route));
    const before = await digest();
    await expectOutcomes(cells);
    expect(await digest()).toEqual(before);
    quiet.push(...cells);
  });

  it('nor by any message sent on', async () => {
    const before = await digest();
    await sleep(QUEUE_MILLISECONDS);
    expect(await digest()).toEqual(before);
    expect(await received(quiet)).toEqual([]);
  });
});

/** One question for each refused cell of every route that names an id. */
it('answers what may not be had as what does not exist', async () => {
  // On their own site tiers are public; everywhere else and of everything else nobody shall learn that it exists.
  const { tier, freeTier } = world.ids;
  const nobodys = (host: Host) => ({ ...randomIds(), ...(host === 'own' ? { tier, freeTier } : {}) });
  for (const route of ROUTES) {
    if (!(await hasIds(route, world))) continue;
    const cells = await cellsOf(route, world, nobodys);
    // Whoever asks no host of ours, or says it is another, is answered before any id is looked at.
    const refused = cells.filter((cell) => isRefused(cell) && cell.host !== 'unknown' && cell.host !== 'forwarded');
    expect(refused.length).toBeGreaterThan(0);
    const answers = await eachAtOnce(8, refused, async (cell) => withoutRequestId(await send(cell, world)));
    expect(answers).toEqual(refused.map((cell) => refusals.get(`${route} ${nameOf(cell)}`)));
  }
}, 180_000);

function withoutRequestId({ status, headers, text }: HttpAnswer) {
  const id = String(headers['x-request-id']);
  return {
    status,
    headers: { ...headers, 'x-request-id': '{request id}', date: undefined },
    text: text.replaceAll(id, '{request id}'),
  };
}

describe('who may write does', () => {
  const writes = (route: string) =>
    ACTOR_NAMES.some((actor) => HOST_NAMES.some((host) => !isQuiet(expectedOutcome(route, actor, host), route)));
  it.for(ROUTES.filter(writes))('%s', async (route) => {
    const cells = (await cellsOf(route, world)).filter((cell) => !isQuiet(expectedOf(cell), route));
    const before = await quietDigest(siteIds, QUEUE_MILLISECONDS);
    await expectOutcomes(cells);
    if (route.includes('/webhooks/')) {
      await waitFor('the events', async () => ((await received(cells)).length === cells.length ? true : undefined));
    } else {
      expect(await digest()).not.toEqual(before);
    }
    // Signing out everywhere else took the sessions of all who asked, and with them those of the next routes.
    if (route === 'DELETE /api/v1/me/sessions') {
      const { revoked, ...living } = world.tokens;
      expect(revoked).not.toBe('');
      await reviveSessions([world.spare, ...Object.values(living)]);
    }
  });
}, 240_000);

it('left no cell out', () => {
  expect(asked).toBe(ROUTES.length * ACTOR_NAMES.length * HOST_NAMES.length);
  console.log(`route matrix: ${asked} cells, 0 skipped`);
});
