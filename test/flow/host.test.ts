import { expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { useStack } from '../harness/stack.ts';

const at = (host: string, path: string) => {
  const port = new URL(useStack().platform.url).port;
  return ask(`http://127.0.0.1:${port}${path}`, { headers: { host } });
};

it('answers on a known host alone; every other one is misdirected, whatever forwarded headers say', async () => {
  const { port } = new URL(useStack().platform.url);
  const known = await at(`na.localhost:${port}`, '/api/v1/site');
  expect(known.status).toBe(200);
  for (const host of ['nowhere.localhost', `127.0.0.1:${port}`, 'na.localhost.evil.example', 'posx-api.workers.dev']) {
    const answer = await at(host, '/api/v1/site');
    expect({ host, status: answer.status }).toEqual({ host, status: 421 });
  }
  const forwarded = await ask(`http://127.0.0.1:${port}/api/v1/site`, {
    headers: { host: `asia.localhost:${port}`, 'x-forwarded-host': 'na.localhost', forwarded: 'host=na.localhost' },
  });
  expect(JSON.parse(forwarded.text)).toMatchObject({ code: 'asia' });
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
