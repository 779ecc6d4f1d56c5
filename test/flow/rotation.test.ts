import { randomBytes } from 'node:crypto';
import { beforeEach, expect, it, vi } from 'vitest';
import { open, seal } from '../../domain/secret/cipher.ts';
import { importDataKeys } from '../../domain/secret/key.ts';
import type { Env } from '../../queues/env.ts';
import { openPorts } from '../../queues/ports.ts';
import { runCron } from '../../queues/cron.ts';
import { runSweep } from '../../queues/sweep/run.ts';
import type { Message } from '../../domain/message.ts';
import { newBuyer } from '../harness/buyer.ts';
import { withClient } from '../harness/database.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

// The sweeps run in this process and speak to its console.
beforeEach(() => {
  vi.spyOn(console, 'log').mockReturnValue();
  vi.spyOn(console, 'error').mockReturnValue();
});

const KEYS = { DATA_KEY_1: randomBytes(32).toString('hex'), DATA_KEY_2: randomBytes(32).toString('hex') };

interface Sealed {
  id: string;
  site_id: string;
  refresh_token: string;
  refresh_token_key: number;
}

/** The consumer, in this process, with these keys; its queue is a list. */
function consumer(keys: object) {
  const { database } = useStack();
  const sent: Message[] = [];
  const send = (_: string, messages: readonly Message[]) => Promise.resolve(void sent.push(...messages));
  const env = {
    DATABASE_URL_QUEUE: database.queue,
    DATABASE_URL_SWEEP: database.sweep,
    NEON_ENDPOINT: database.endpoint,
  };
  const provider = { STRIPE_SECRET_KEY: 'sk_test_unused', FIREBLOCKS_API_KEY: '', FIREBLOCKS_SECRET_KEY: '' };
  const ports = openPorts({ ...env, ...provider, FIREBLOCKS_API_URL: 'http://127.0.0.1:9', ...keys } as unknown as Env);
  return { sent, ports: { ...ports, send } };
}

const write = (id: string, token: string) =>
  withClient('superuser', (client) =>
    client.query('update sessions set refresh_token = $2 where id = $1', [id, token]),
  );

const rows = (siteIds: string[]) =>
  withClient('superuser', async (client) => {
    const text = `select id, site_id, refresh_token, refresh_token_key from sessions
      where site_id = any ($1) and refresh_token is not null order by id`;
    return (await client.query<Sealed>(text, [siteIds])).rows;
  });

const placeOf = ({ site_id, id }: Pick<Sealed, 'site_id' | 'id'>) =>
  ({ table: 'sessions', column: 'refresh_token', siteId: site_id, rowId: id }) as const;

it('moves every sealed column to the newest key, and refuses one that was put in another row or site', async () => {
  const [here, there] = [await mintSite(), await mintSite()];
  for (const site of [here, here, there]) await newBuyer(site);
  const ids = await withClient('superuser', async (client) => {
    const text = 'select id, site_id from sessions where site_id = any ($1) order by site_id = $2 desc, id';
    return (await client.query<Sealed>(text, [[here.siteId, there.siteId], here.siteId])).rows;
  });
  const old = await importDataKeys({ DATA_KEY_1: KEYS.DATA_KEY_1 });
  const texts = await Promise.all(ids.map((row) => seal(old, placeOf(row), `token of ${row.id}`)));
  for (const [at, { id }] of ids.entries()) await write(id, texts[at] ?? '');

  const { ports, sent } = consumer(KEYS);
  await runCron('secrets.rotate', ports);
  // Other tests sign in at Auth0: their sites have sealed tokens too, under a key that is not here.
  const ours = [here.code, there.code];
  const sites = sent.flatMap((message) =>
    message.kind === 'sweep' && ours.includes(message.site) ? [message.site] : [],
  );
  expect(sites.sort()).toEqual(ours.sort());
  for (const site of sites) await runSweep(ports, 'secrets.rotate', site);

  const both = await importDataKeys(KEYS);
  const moved = await rows([here.siteId, there.siteId]);
  expect(moved.map((row) => row.refresh_token_key)).toEqual([2, 2, 2]);
  for (const row of moved) expect(await open(both, placeOf(row), row.refresh_token)).toBe(`token of ${row.id}`);

  // The ciphertexts of two rows of one site change places, and one comes from the other site.
  const [first, second, foreign] = ids.map(({ id }) => moved.find((row) => row.id === id));
  if (first === undefined || second === undefined || foreign === undefined) throw new TypeError('three rows');
  for (const [row, other] of [
    [first, second],
    [second, first],
    [first, foreign],
  ] as const) {
    await write(row.id, other.refresh_token);
    await expect(open(both, placeOf(row), other.refresh_token)).rejects.toThrow('secret.unreadable');
  }
  // A rotation leaves a planted text as it is: it cannot be laundered into a valid one.
  const third = { ...KEYS, DATA_KEY_3: randomBytes(32).toString('hex') };
  const later = consumer(third).ports;
  await runSweep(later, 'secrets.rotate', here.code);
  const after = await rows([here.siteId]);
  expect(after.map((row) => [row.refresh_token_key, row.refresh_token])).toEqual([
    [2, foreign.refresh_token],
    [2, first.refresh_token],
  ]);
});
