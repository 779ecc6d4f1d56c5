import { randomBytes, randomUUID } from 'node:crypto';
import { beforeEach, expect, it, vi } from 'vitest';
import type { Message } from '../../domain/message.ts';
import { runCron } from '../../queues/cron.ts';
import type { Env } from '../../queues/env.ts';
import { openPorts } from '../../queues/ports.ts';
import { runSweep } from '../../queues/sweep/run.ts';
import { newBuyer } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { mintSite } from '../harness/site.ts';
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
  const { ports, sent } = consumer();
  for (const name of NAMES) {
    sent.length = 0;
    await runCron(name, ports);
    expect(sent.filter((each) => each.kind === 'sweep' && each.site === site.code)).toHaveLength(1);
    expect(sent.filter((each) => each.kind === 'sweep' && each.site === quiet.code)).toEqual([]);
    // Twice at once, and again for as long as there is more.
    sent.length = 0;
    await Promise.all([runSweep(ports, name, site.code), runSweep(ports, name, site.code)]);
    for (let next = sent.pop(); next?.kind === 'sweep'; next = sent.pop()) await runSweep(ports, name, site.code);
    await runCron(name, ports);
    expect(sent.filter((each) => each.kind === 'sweep' && each.site === site.code)).toEqual([]);
  }
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
