import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { ApiVisitor } from '../../dev/client/visitor.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { DEMO_SITES } from '../../dev/demo/site.ts';
import type { AdminRelease } from '../../worker/admin/shape.ts';
import { buy, newBuyer, placeOrder, type Buyer } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { quietDigest } from '../harness/digest.ts';
import { eachAtOnce } from '../harness/flight.ts';
import { appointOperator } from '../harness/operator.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';
import { foundIn, platformSecrets, textsOf, textsOfAlone } from './canary_text.ts';
import { NotedVisitor, watch, type Note, type Watched } from './canary_watch.ts';
import { tokenOf } from './route_actor.ts';
import { EXPECTATIONS } from './route_expectation.ts';
import { cellsOf, makeWorld, send, type World } from './route_world.ts';

const PLANTED = `canary-${randomUUID()}`;
const planted = (place: string) => `${PLANTED} ${place}`;

let silent: MintedSite;
let busy: MintedSite;
/** Texts of the silent site alone, in lower case. */
let canaries: string[];
const sessions: string[] = [];

/** The whole life of a site: purchase by an agent's link, settlement, approval, payout. */
async function live(site: MintedSite, note: Note): Promise<Buyer> {
  const buyer = await newBuyer(site, new NotedVisitor(site.url, note));
  await buy(buyer, site, { referralCode: site.agents[1].referralCode });
  const { visitor: operator } = await appointOperator(site, 'manager');
  sessions.push(tokenOf(buyer.visitor), tokenOf(operator));
  const { body } = await operator.get<{ items: AdminRelease[] }>(`/admin/${site.code}/releases?state=due`);
  note(await operator.post(`/admin/${site.code}/releases/approve`, { release_ids: body.items.map(({ id }) => id) }));
  await waitFor('the payout', async () => {
    const { rows } = await withClient('superuser', (client) =>
      client.query("select from payouts where user_id = $1 and state = 'confirmed'", [buyer.me.id]),
    );
    return rows.length > 0 ? true : undefined;
  });
  return buyer;
}

/** Texts in every column of the silent site where a person may put one, and where only a fault could. */
async function plant(): Promise<MintedSite> {
  const terms = { en: planted('terms'), 'zh-CN': planted('terms in Chinese') };
  const brand = { accent: '#123456', surface: '#ffffff', ink: '#000000', radius: '1px', logo: planted('logo') };
  const site = await mintSite({
    site: {
      ...{ name: planted('site'), brand: { ...brand, tagline: { en: planted('tagline') } }, terms },
      ...{ termsVersion: PLANTED.slice(0, 40), chainName: planted('chain'), explorerUrl: planted('explorer') },
    },
    tiers: [{ name: planted('tier'), description: planted('tier text') }, { name: planted('second tier') }],
    settings: { riskWindowDays: 0, note: planted('setting') },
  });
  const buyer = await live(site, () => undefined);
  await placeOrder(buyer, site, { tierId: site.tiers[1]?.id });
  await withClient('superuser', async (client) => {
    const set = (sql: string, text: string) => client.query(sql, [site.siteId, planted(text)]);
    await set('update users set locale = $2 where site_id = $1', 'locale');
    await set("update orders set status_reason = $2 where site_id = $1 and status = 'pending'", 'reason');
    await set('update commission_plans set name = $2 where site_id = $1', 'plan');
    await set('update payouts set provider_status = $2 where site_id = $1', 'custody status');
    await set(
      "update webhook_events set payload = payload || jsonb_build_object('note', $2::text) where site_id = $1",
      'event',
    );
    await set(
      `insert into dead_letters (queue, id, site_id, body, attempts, at)
       values ($2, gen_random_uuid(), $1, jsonb_build_object('note', $2::text), 1, app.now())`,
      'dead letter',
    );
  });
  return site;
}

beforeAll(async () => {
  silent = await plant();
  busy = await mintSite({ token: 'asia', settings: { riskWindowDays: 0 } });
  await live(busy, () => undefined);
  // What a sweep still has to do for the silent site is done now, not while the other one is watched.
  await ask(`${useStack().control}/cron`, { method: 'POST' });
  await quietDigest([silent.siteId, busy.siteId]);
  canaries = await textsOfAlone(silent.siteId, [busy.siteId, DEMO_SITES.platform]);
}, 180_000);

async function expectNothing({ answers, logs, requests }: Watched): Promise<void> {
  const seen = { answers: answers.join('\n'), logs: logs.join('\n'), requests: requests.join('\n') };
  const secrets = [...(await platformSecrets()), ...sessions];
  for (const [place, text] of Object.entries(seen)) {
    // The events of the platform's own account are read back for all of its sites at once: which ids are known is asked.
    const found = foundIn(canaries, text).filter((canary) => place !== 'requests' || !/^evt_\w+$/.test(canary));
    expect({ place, found }).toEqual({ place, found: [] });
    expect({ place, secrets: foundIn(secrets, text).length }).toEqual({ place, secrets: 0 });
  }
}

it('finds the planted texts where they belong, so that it would find them elsewhere', async () => {
  const places = [
    ...['site', 'tier', 'tier text', 'second tier', 'terms', 'tagline', 'logo', 'chain', 'explorer', 'setting'],
    ...['locale', 'reason', 'plan', 'custody status', 'event', 'dead letter'],
  ];
  expect(canaries).toEqual(expect.arrayContaining([...places.map(planted), silent.code, silent.siteId]));
  for (const { id, address, referralCode } of silent.agents) {
    expect(canaries).toEqual(expect.arrayContaining([id, address.toLowerCase(), referralCode.toLowerCase()]));
  }
  const own = await watch(async (note) => {
    const visitor = new NotedVisitor(silent.url, note);
    await visitor.get('/site');
    await visitor.get('/tiers');
  });
  const shown = foundIn(canaries, own.answers.join('\n'));
  expect(shown).toEqual(expect.arrayContaining(['site', 'tagline', 'terms', 'tier', 'tier text'].map(planted)));
});

it('tells nothing of a site in another site’s purchase, webhooks, payout, sweep and refusals', async () => {
  const watched = await watch(async (note) => {
    const buyer = await live(busy, note);
    expect((await placeOrder(buyer, busy, { tierVersion: 99 })).status).toBe(409);
    expect((await buyer.visitor.get(`/orders/${randomUUID()}`)).status).toBe(404);
    const { body: unpaid } = await placeOrder(buyer, busy, {});
    await withClient('superuser', (client) =>
      client.query("update orders set expires_at = app.now() - interval '1 minute' where id = $1", [unpaid.id]),
    );
    await ask(`${useStack().control}/cron`, { method: 'POST' });
    await waitFor('the expiry', async () => {
      const { body } = await buyer.visitor.get<{ status: string }>(`/orders/${unpaid.id}`);
      return body.status === 'expired' ? true : undefined;
    });
  });
  expect(watched.requests.some((request) => request.includes('posx_queue'))).toBe(true);
  expect(watched.logs.some((line) => line.includes('orders.expire') && line.includes(busy.code))).toBe(true);
  await expectNothing(watched);
}, 120_000);

it('tells nothing of a site on any route of another, whoever asks', async () => {
  const world: World = await makeWorld(busy);
  sessions.push(...Object.values(world.tokens));
  for (const route of Object.keys(EXPECTATIONS)) {
    const cells = (await cellsOf(route, world)).filter(({ host }) => host === 'own' || host === 'platform');
    await expectNothing(
      await watch(async (note) => {
        await eachAtOnce(8, cells, async (cell) => note(await send(cell, world)));
      }),
    );
  }
}, 180_000);

it('keeps in another site’s rows nothing of it, in the inbox of events neither', async () => {
  await quietDigest([busy.siteId]);
  expect(foundIn(canaries, [...(await textsOf(busy.siteId))].join('\n'))).toEqual([]);
});

it('lets a queue message hold ids, codes and the provider’s event, and nothing else', async () => {
  const { rows: releases } = await withClient('superuser', (client) =>
    client.query<{ id: string }>("select id from releases where site_id = $1 and state = 'confirmed'", [busy.siteId]),
  );
  const plain = [
    { v: 1, kind: 'work', site: busy.code, noun: 'release', id: releases[0]?.id },
    { v: 1, kind: 'sweep', site: busy.code, name: 'releases.due' },
  ];
  expect(await refusedMessages(plain)).toEqual([]);
  const wordy = plain.map((body) => ({ ...body, address: busy.agents[0].address }));
  expect(await refusedMessages(wordy)).toEqual(wordy);
});

/** Gives messages to the consumer, and answers those it would not take. */
async function refusedMessages(bodies: readonly unknown[]): Promise<unknown[]> {
  const messages = bodies.map((body) => ({ id: randomUUID(), body }));
  await ask(`${useStack().control}/queue?name=custody`, { method: 'POST', body: JSON.stringify(messages) });
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ id: string; body: unknown }>('select id, body from dead_letters where id = any($1)', [
      messages.map(({ id }) => id),
    ]),
  );
  return messages.flatMap(({ id }) => rows.filter((row) => row.id === id).map(({ body }) => body));
}

it('notes what a visitor was told, the session token left out', async () => {
  const watched = await watch(async (note) => {
    const visitor = new NotedVisitor(busy.url, note);
    await visitor.signIn(busy.agents[0].privateKey);
    sessions.push(tokenOf(visitor));
    await new ApiVisitor(busy.url).get('/site');
  });
  expect(watched.answers).toHaveLength(2);
  await expectNothing(watched);
});
