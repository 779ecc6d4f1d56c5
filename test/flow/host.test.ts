import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { newOperator } from '../harness/operator.ts';
import { mintSite } from '../harness/site.ts';
import { useStack } from '../harness/stack.ts';

const at = (host: string, path: string) => {
  const port = new URL(useStack().platform.url).port;
  return ask(`http://127.0.0.1:${port}${path}`, { headers: { host } });
};

it('answers a known host however it is written, and by its name alone', async () => {
  const { port } = new URL(useStack().platform.url);
  for (const host of [`na.localhost:${port}`, `NA.LocalHost:${port}`, 'na.localhost', 'na.localhost:1']) {
    const { status, text } = await at(host, '/api/v1/site');
    expect({ host, status, body: JSON.parse(text) as unknown }).toMatchObject({
      host,
      status: 200,
      body: { code: 'na' },
    });
  }
  const names = ['x-forwarded-host', 'x-original-host', 'x-host', 'x-forwarded-server', 'x-http-host-override'];
  const forwarded = Object.fromEntries(names.map((name) => [name, `na.localhost:${port}`]));
  const headers = { host: `asia.localhost:${port}`, ...forwarded, forwarded: `host=na.localhost:${port}` };
  const answer = await ask(`http://127.0.0.1:${port}/api/v1/site`, { headers });
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'asia' });
  const unknown = await ask(`http://127.0.0.1:${port}/api/v1/site`, { headers: { ...headers, host: 'x.localhost' } });
  expect(unknown.status).toBe(421);
});

const UNKNOWN_HOSTS = [
  ...['nowhere.localhost', 'localhost', 'na.localhost.', 'na.localhost.:80', 'na.localhost.evil.example'],
  ...['evil-na.localhost', 'xn--n-1fa.localhost', 'xn--80ak6aa92e.com', 'posx-api.workers.dev', 'posx-web.pages.dev'],
  ...['127.0.0.1', '2130706433', '0x7f.1', '[::1]', '[::ffff:127.0.0.1]', 'platform.localhost.', 'na_localhost'],
];

it.each(UNKNOWN_HOSTS)('is misdirected at %s, whatever is asked there', async (host) => {
  const { port } = new URL(useStack().platform.url);
  const json = { 'content-type': 'application/json' };
  const asked: [method: string, path: string, question?: { headers?: Record<string, string>; body?: string }][] = [
    ...(['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'] as const).map(
      (method) => [method, '/api/v1/site'] as [string, string],
    ),
    ['GET', '/api/v1/nothing'],
    ['GET', '/api/v1/me', { headers: { cookie: '__Host-posx_session=x' } }],
    ['GET', '/api/v1/me', { headers: { cookie: '__Host-posx_session=x', authorization: 'Bearer x' } }],
    ['GET', '/api/openapi.json'],
    ['GET', '/api/v1/admin/na/orders'],
    ['POST', '/api/v1/webhooks/stripe', { body: '{}' }],
    ['POST', '/api/v1/auth/nonce', { headers: json, body: '{' }],
    ['POST', '/api/v1/auth/nonce', { headers: { ...json, origin: `http://${host}` }, body: 'a'.repeat(70_000) }],
    [
      'OPTIONS',
      '/api/v1/orders',
      { headers: { origin: 'http://na.localhost', 'access-control-request-method': 'POST' } },
    ],
    ['GET', '/'],
    ['GET', '/icon.svg'],
    ['POST', '/buy/1'],
  ];
  for (const [method, path, question] of asked) {
    const { status } = await ask(`http://127.0.0.1:${port}${path}`, {
      ...{ method, ...question },
      headers: { host, ...question?.headers },
    });
    expect({ method, path, status }).toEqual({ method, path, status: 421 });
  }
});

it('knows nothing of operators on a site’s host, whatever cookie comes', async () => {
  const site = await mintSite();
  const operator = await newOperator();
  const { cookie } = operator;
  expect((await operator.get(`/admin/${site.code}/orders`)).status).toBe(200);
  for (const path of [`/admin/${site.code}/orders`, '/admin', '/platform/sites', '/webhooks/stripe']) {
    const answer = await ask(`${site.url}/api/v1${path}`, { headers: { cookie } });
    expect({ path, status: answer.status }).toEqual({ path, status: 404 });
  }
  expect((await ask(`${site.url}/api/v1/me`, { headers: { cookie } })).status).toBe(401);
});

it('is healthy and ready, with or without the last slash', async () => {
  const { port } = new URL(useStack().platform.url);
  await ask(`${useStack().control}/cron`, { method: 'POST' });
  for (const path of ['/health', '/health/']) {
    const { status, text } = await at(`na.localhost:${port}`, path);
    expect({ status, body: JSON.parse(text) as unknown }).toEqual({ status: 200, body: { status: 'healthy' } });
  }
  for (const path of ['/ready', '/ready/']) {
    const { status, text } = await at(`na.localhost:${port}`, path);
    expect({ status, body: JSON.parse(text) as unknown }).toEqual({
      status: 200,
      body: {
        status: 'ready',
        checks: { database: 'ok', queue: 'ok', consumer: 'ok', role: 'ok', migrations: 'ok', clock: 'ok' },
      },
    });
  }
});

it('gives every answer a request id and the headers that keep a browser safe', async () => {
  const { port } = new URL(useStack().platform.url);
  for (const path of ['/', '/api/v1/site', '/api/v1/nothing']) {
    const { headers } = await at(`na.localhost:${port}`, path);
    expect(headers, path).toMatchObject({
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin-allow-popups',
      'strict-transport-security': expect.stringContaining('max-age=') as string,
    });
  }
  expect((await at(`na.localhost:${port}`, '/api/v1/site')).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
});

it('sells nothing on the platform host', async () => {
  const { port } = new URL(useStack().platform.url);
  for (const path of ['/api/v1/tiers', '/api/v1/orders', '/api/v1/agents/commissions', '/api/v1/me/balance']) {
    expect({ path, status: (await at(`platform.localhost:${port}`, path)).status }).toEqual({ path, status: 404 });
  }
});

it('describes itself in OpenAPI 3.1', async () => {
  const { port } = new URL(useStack().platform.url);
  const document = JSON.parse((await at(`na.localhost:${port}`, '/api/openapi.json')).text) as {
    openapi: string;
    paths: object;
  };
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/api/v1/tiers', '/api/v1/orders/{id}/payment']));
});
