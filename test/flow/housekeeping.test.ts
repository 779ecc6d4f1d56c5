import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Message } from '../../domain/message.ts';
import type { SweepName } from '../../domain/sweep.ts';
import { runCron } from '../../queues/cron.ts';
import type { Env } from '../../queues/env.ts';
import { cutEvents } from '../../queues/inbox/cut.ts';
import { storedEvent } from '../../queues/inbox/stored.ts';
import { openPorts } from '../../queues/ports.ts';
import { runSweep } from '../../queues/sweep/run.ts';
import type { AdminEvent } from '../../worker/admin/webhook/shape.ts';
import { newBuyer } from '../harness/buyer.ts';
import { placesOf } from '../harness/canary.ts';
import { nudge } from '../harness/consumer.ts';
import { expectChecks, withClient } from '../harness/database.ts';
import { newOperator } from '../harness/operator.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

// The sweeps run in this process and speak to its console.
beforeEach(() => {
  vi.spyOn(console, 'log').mockReturnValue();
  vi.spyOn(console, 'error').mockReturnValue();
});

/** The consumer, in this process; its queue is a list. */
function consumer() {
  const { database } = useStack();
  const sent: Message[] = [];
  const env = {
    DATABASE_URL_QUEUE: database.queue,
    DATABASE_URL_SWEEP: database.sweep,
    NEON_ENDPOINT: database.endpoint,
    ...{ STRIPE_SECRET_KEY: 'sk_test_unused', FIREBLOCKS_API_KEY: '', FIREBLOCKS_SECRET_KEY: '' },
    FIREBLOCKS_API_URL: 'http://127.0.0.1:9',
    DATA_KEY_1: randomBytes(32).toString('hex'),
  } as unknown as Env;
  const send = (_: string, messages: readonly Message[]) => Promise.resolve(void sent.push(...messages));
  return { sent, ports: { ...openPorts(env), send } };
}

/** Runs a sweep for as long as there is more, twice at once, and expects that this site alone has work for it. */
async function sweepAll(name: SweepName, site: MintedSite, quiet: MintedSite): Promise<void> {
  const { ports, sent } = consumer();
  await runCron(name, ports);
  expect(sent.filter((each) => each.kind === 'sweep' && each.site === site.code)).toHaveLength(1);
  expect(sent.filter((each) => each.kind === 'sweep' && each.site === quiet.code)).toEqual([]);
  sent.length = 0;
  await Promise.all([runSweep(ports, name, site.code), runSweep(ports, name, site.code)]);
  for (let next = sent.pop(); next?.kind === 'sweep'; next = sent.pop()) await runSweep(ports, name, site.code);
  await runCron(name, ports);
  expect(sent.filter((each) => each.kind === 'sweep' && each.site === site.code)).toEqual([]);
}

const NAMES = ['nonces.clear', 'sessions.clear', 'keys.clear', 'logins.cut'] as const;

it('clears what is over and cuts what is old, in portions, and nothing sooner', async () => {
  const [site, quiet] = [await mintSite(), await mintSite()];
  const [buyer] = [await newBuyer(site), await newBuyer(quiet)];
  const values = [site.siteId, buyer.me.id];
  const ended = randomUUID();
  await withClient('superuser', async (client) => {
    await client.query(
      `insert into auth_nonces (site_id, nonce, browser_hash, address, purpose, issued_at, expires_at)
       select $1, 'n' || n, '\\x00', '0x', 'sign_in', app.now(),
         app.now() - case when n <= 230 then interval '25 hours' else interval '23 hours' end + make_interval(secs => n)
       from generate_series(1, 240) n`,
      [site.siteId],
    );
    await client.query(
      `insert into idempotency_keys (site_id, user_id, key, body_hash, object_id, created_at)
       select $1, $2, 'k' || h, '\\x00', gen_random_uuid(), app.now() - make_interval(hours => h) from unnest(array[47, 49]) h`,
      values,
    );
    await client.query(
      `insert into sessions (site_id, id, user_id, token_hash, method, created_at, expires_at, revoked_at)
       select $1, case when d = 31 then $3::uuid else gen_random_uuid() end, $2, sha256(d::text::bytea || $3::text::bytea), 'wallet',
         app.now() - interval '60 days', app.now() + interval '1 day', app.now() - make_interval(days => d)
       from unnest(array[29, 31]) d`,
      [...values, ended],
    );
    await client.query(
      `insert into login_audit (site_id, id, user_id, event, client_address, user_agent, request_id, at)
       select $1, gen_random_uuid(), $2, 'signed_in', '203.0.113.9', 'b', 'd' || d, app.now() - make_interval(days => d)
       from unnest(array[360, 370]) d`,
      values,
    );
  });
  for (const name of NAMES) await sweepAll(name, site, quiet);
  const { rows } = await withClient('superuser', (client) =>
    client.query(
      `select
         (select count(*)::integer from auth_nonces where site_id = $1 and nonce like 'n%' and address = '0x') as nonces,
         (select json_agg(key) from idempotency_keys where site_id = $1) as keys,
         (select count(*)::integer from sessions where site_id = $1 and user_id = $2) as sessions,
         exists (select from sessions where id = $3) as ended`,
      [...values, ended],
    ),
  );
  expect(rows[0]).toMatchObject({ nonces: 10, keys: ['k47'], sessions: 2, ended: false });
  const { rows: logins } = await withClient('superuser', (client) =>
    client.query(
      "select request_id, client_address, user_agent from login_audit where site_id = $1 and request_id like 'd3%' order by 1",
      [site.siteId],
    ),
  );
  expect(logins).toEqual([
    { request_id: 'd360', client_address: '203.0.113.9', user_agent: 'b' },
    { request_id: 'd370', client_address: null, user_agent: null },
  ]);
});

type Told = { id: string } & Record<string, unknown>;

/** A dispute as the provider tells of it: with who bought, and from where. */
const dispute = (event: string, person: string) => ({
  ...{ id: event, object: 'event', type: 'charge.dispute.created', account: 'acct_sample' },
  data: {
    object: {
      ...{ id: `du_${event}`, object: 'dispute' },
      evidence: {
        customer_name: person,
        customer_email_address: `${person}@example.com`,
        customer_purchase_ip: person,
      },
    },
  },
});

/** Stores a site's event of some days ago. */
async function storeEvent({ siteId }: MintedSite, days: number, state: string, payload: Told): Promise<void> {
  await withClient('superuser', (client) =>
    client.query(
      `insert into webhook_events (provider, event_id, site_id, type, payload, state, reason, received_at)
       values ($1, $2, $3, 'sample', $4, $5, 'sample', app.now() - make_interval(days => $6))`,
      ['eventType' in payload ? 'fireblocks' : 'stripe', payload.id, siteId, payload, state, days],
    ),
  );
}

/** Stores a message that was given up some days ago. @returns its id */
async function storeLetter(site: MintedSite, days: number, isReplayed: boolean, body: object): Promise<string> {
  const id = randomUUID();
  await withClient('superuser', (client) =>
    client.query(
      `insert into dead_letters (queue, id, site_id, body, attempts, at, replayed_at)
       values ('sample', $1, $2, $3, 1, app.now() - make_interval(days => $4), case when $5 then app.now() end)`,
      [id, site.siteId, body, days, isReplayed],
    ),
  );
  return id;
}

/** What is stored of a site's events and letters, by id. */
async function inboxOf({ siteId }: MintedSite): Promise<Map<string, unknown>> {
  const { rows } = await withClient('superuser', (client) =>
    client.query<{ id: string; told: unknown }>(
      `select event_id as id, payload as told from webhook_events where site_id = $1
       union all select id::text, body from dead_letters where site_id = $1 and queue = 'sample'`,
      [siteId],
    ),
  );
  return new Map(rows.map(({ id, told }) => [id, told]));
}

it('cuts what providers told of people to ids after 90 days, but what still waits for an operator', async () => {
  const [site, quiet] = [await mintSite(), await mintSite()];
  const [gone, kept] = [`gone${randomUUID()}`, `kept${randomUUID()}`];
  const [transfer, name] = [`${site.code}.${randomUUID()}.1`, (word: string) => `evt_${site.code}_${word}`];
  const brought = (word: string, person: string) => {
    return { v: 1, kind: 'stripe', account: 'acct_sample', event: dispute(name(word), person) };
  };

  await withClient('superuser', (client) =>
    client.query(
      `insert into webhook_events (provider, event_id, site_id, type, payload, state, received_at)
       select 'stripe', $1 || n, $2, 'sample', $3, 'applied', app.now() - interval '91 days' from generate_series(1, 120) n`,
      [name('many'), site.siteId, dispute('evt_any', gone)],
    ),
  );
  const custody = { id: name('custody'), eventType: 'transaction.created' };
  const reference = { id: name('large'), type: 'sample', object: 'du_large', account: 'acct_sample' };
  await storeEvent(site, 91, 'applied', dispute(name('old'), gone));
  await storeEvent(site, 91, 'ignored', dispute(name('ignored'), gone));
  await storeEvent(site, 91, 'applied', { ...reference, full: false });
  await storeEvent(site, 91, 'applied', { ...custody, data: { id: 'tx', externalTxId: transfer, note: gone } });
  await storeEvent(site, 89, 'applied', dispute(name('young'), kept));
  await storeEvent(site, 91, 'parked', dispute(name('parked'), kept));
  await storeEvent(quiet, 91, 'parked', dispute(`evt_${quiet.code}`, kept));
  const work = { v: 1, kind: 'work', site: site.code, noun: 'release', id: randomUUID() };
  const [taken, plain, young, undecided] = [
    await storeLetter(site, 91, true, brought('taken', gone)),
    await storeLetter(site, 91, true, work),
    await storeLetter(site, 89, true, brought('fresh', kept)),
    await storeLetter(site, 91, false, brought('undecided', kept)),
  ];

  // A message handles at most fifty rows of either table.
  expect(await cutEvents(consumer().ports, site.code)).toEqual({ found: 52, moved: 52, failed: 0, more: true });
  await sweepAll('events.cut', site, quiet);

  expect(await placesOf(gone)).toEqual([]);
  const told = await inboxOf(site);
  const ids = (word: string) => {
    const type = 'charge.dispute.created';
    return { id: name(word), type, account: 'acct_sample', object: `du_${name(word)}` };
  };
  for (const word of ['old', 'ignored']) expect(told.get(name(word))).toEqual(ids(word));
  expect(told.get(name('large'))).toEqual(reference);
  expect(told.get(name('custody'))).toEqual({ ...custody, object: transfer });
  expect(told.get(taken)).toEqual({ ...brought('taken', gone), event: ids('taken') });
  expect(told.get(plain)).toEqual(work);
  for (const word of ['young', 'parked']) expect(told.get(name(word))).toEqual(dispute(name(word), kept));
  expect(told.get(young)).toEqual(brought('fresh', kept));
  expect(told.get(undecided)).toEqual(brought('undecided', kept));

  // What is left is shown, and can be taken by nobody.
  const operator = await newOperator();
  const path = `/admin/${site.code}/webhook-events`;
  const { items } = (await operator.get<{ items: AdminEvent[] }>(`${path}?state=ignored`)).body;
  expect(items).toMatchObject([{ id: name('ignored'), object: `du_${name('ignored')}` }]);
  const refused = await operator.post<{ code: string }>(`${path}/${name('old')}/replay`, { reason: 'again' });
  expect([refused.status, refused.body.code]).toEqual([410, 'webhook.cut']);
  await expect(storedEvent(consumer().ports, site.code, name('old'))).rejects.toThrow('webhook.cut');
  expect(await nudge(site, 'event', name('old'))).toBe('ack');
  expect(await nudge(site, 'dead_letter', taken)).toBe('ack');
  expect(await inboxOf(site)).toEqual(told);
  const { rows } = await withClient('superuser', (client) =>
    client.query('select from audit_log where site_id = $1 union all select from effects where site_id = $1', [
      site.siteId,
    ]),
  );
  expect(rows).toEqual([]);
  await expectChecks();
});
