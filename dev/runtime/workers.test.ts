import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { guardPid } from '../guard.ts';
import { freePort, portTaken } from '../port.ts';
import type { Bundles } from './bundle.ts';
import { startWorkers } from './workers.ts';
import type { Workers } from './workers.ts';

/** The smallest Workers that show what passes between them; their names and queues are those of the product. */
const FILES = {
  'wrangler.toml': `name = "posx-api"
    compatibility_date = "2026-10-01"
    vars = { PLATFORM_HOST = "from.toml", OTHER = "from toml" }
    queues.producers = [{ binding = "PAYMENTS", queue = "payments" }]`,
  'queues/wrangler.toml': `name = "posx-queues"
    compatibility_date = "2026-10-01"
    [[queues.consumers]]
    queue = "payments"
    max_batch_timeout = 30
    max_retries = 1
    dead_letter_queue = "payments-dlq"
    [[queues.consumers]]
    queue = "payments-dlq"
    max_batch_timeout = 30`,
  'web/wrangler.toml': `name = "posx-web"
    pages_build_output_dir = "dist"
    compatibility_date = "2026-10-01"
    services = [{ binding = "API", service = "posx-api" }]`,
  'api.js': `export default { async fetch(request, env) {
    if (request.method === 'POST') await env.PAYMENTS.send(await request.text());
    const { url, headers } = request;
    return Response.json({ url, host: headers.get('host'), ip: headers.get('cf-connecting-ip'),
      platform: env.PLATFORM_HOST, other: env.OTHER });
  } }`,
  'queues.js': `export default {
    async queue(batch) { for (const m of batch.messages) {
      console.log(batch.queue, m.body, m.attempts);
      if (m.body === 'bad' && batch.queue === 'payments') m.retry({ delaySeconds: 0 }); else m.ack();
    } },
    async scheduled({ cron }) { console.log('cron', cron); if (cron === 'bad') throw new Error('bad cron'); }
  }`,
  'web.js': `export default { fetch: (request, env) => (request.url.includes('/api/') ? env.API : env.ASSETS).fetch(request) }`,
  'assets/hello.txt': 'hello',
};

let root: string;
let workers: Workers;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'posx-workers-'));
  for (const folder of ['queues', 'web', 'assets']) await mkdir(join(root, folder));
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(root, name), text);
  const web = { worker: join(root, 'web.js'), assets: join(root, 'assets') };
  const bundles: Bundles = { api: join(root, 'api.js'), queues: join(root, 'queues.js'), web };
  const bindings = { api: { PLATFORM_HOST: 'from.bindings' }, queues: {}, web: {} };
  workers = await startWorkers({ root, port: await freePort(), bundles, bindings, queueTimeoutSeconds: 0.05 });
}, 30_000);

afterAll(async () => {
  await workers.dispose();
  await rm(root, { recursive: true, force: true });
});

function ask(path: string, headers: Record<string, string> = {}, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(workers.url + path, { method: body === undefined ? 'GET' : 'POST', headers }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      answer.on('end', () => resolve(text));
    });
    sent.on('error', reject).end(body);
  });
}

it('hands host and client address on to the API, and bindings go before vars', async () => {
  const headers = { Host: 'na.localhost:8787', 'CF-Connecting-IP': '203.0.113.7', 'X-Forwarded-Host': 'evil.example' };
  expect(JSON.parse(await ask('/api/x?y=1', headers))).toEqual({
    ...{ url: 'http://na.localhost:8787/api/x?y=1', host: 'na.localhost:8787', ip: '203.0.113.7' },
    ...{ platform: 'from.bindings', other: 'from toml' },
  });
});

it('serves the files of the storefront', async () => {
  expect(await ask('/hello.txt')).toBe('hello');
});

it('carries messages to the consumer, again after a refusal, and then to the dead letters', async () => {
  await ask('/api/send', {}, 'good');
  await ask('/api/send', {}, 'bad');
  const consumed = (): string[] => workers.logs().flatMap(({ level, message }) => (level === 'log' ? [message] : []));
  const expected = ['payments good 1', 'payments bad 1', 'payments bad 2', 'payments-dlq bad 1'];
  await vi.waitFor(() => expect(consumed()).toEqual(expect.arrayContaining(expected)), 5000);
  expect(consumed()).not.toContain('payments bad 3');
});

it('tells what the consumer decided about each message', async () => {
  const messages = [
    { id: 'a', body: 'good' },
    { id: 'b', body: 'bad' },
  ];
  const result = await workers.queue('payments', messages);
  expect([result.explicitAcks, result.retryMessages.map(({ msgId }) => msgId)]).toEqual([['a'], ['b']]);
});

it('fires a cron, and reports one that fails', async () => {
  await workers.scheduled('* * * * *');
  await expect(workers.scheduled('bad')).rejects.toThrow('the cron bad of posx-queues ended with exception');
});

it('leaves neither the port nor the runtime behind', async () => {
  expect(guardPid()).toBeDefined();
  await workers.dispose();
  expect(await portTaken(Number(new URL(workers.url).port))).toBe(false);
  await vi.waitFor(() => expect(guardPid()).toBeUndefined());
});
