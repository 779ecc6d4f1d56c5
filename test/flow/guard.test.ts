import { request } from 'node:http';
import { expect, it } from 'vitest';
import { ask, type HttpAnswer, type HttpQuestion } from '../../dev/client/http.ts';
import { ApiVisitor, type ApiProblem } from '../../dev/client/visitor.ts';
import { v7 as uuid } from 'uuid';
import { newBuyer } from '../harness/buyer.ts';
import { withSite } from '../harness/database.ts';
import { mintSite, type MintedSite } from '../harness/site.ts';

const codeOf = ({ text }: HttpAnswer) => (text === '' ? '' : (JSON.parse(text) as ApiProblem).code);

/** Asks the preview, which writes nothing, with any headers and body. */
function preview(site: MintedSite, question: HttpQuestion & { path?: string }): Promise<HttpAnswer> {
  return ask(`${site.url}${question.path ?? '/api/v1/orders/preview'}`, {
    method: 'POST',
    body: JSON.stringify({ tier_id: site.tiers[0].id, quantity: 1 }),
    ...question,
    headers: { 'content-type': 'application/json', origin: site.url, ...question.headers },
  });
}

/** A second host of the same site. */
async function secondHost(site: MintedSite): Promise<string> {
  const hostname = `second-${site.code}.localhost`;
  await withSite('owner', site.siteId, (client) =>
    client.query("insert into site_domains (site_id, id, hostname, state) values ($1, $2, $3, 'active')", [
      site.siteId,
      uuid(),
      hostname,
    ]),
  );
  return `http://${hostname}:${new URL(site.url).port}`;
}

it('takes a write with a cookie from a page of the very origin alone', async () => {
  const site = await mintSite();
  const second = await secondHost(site);
  const { visitor } = await newBuyer(site);
  const { cookie } = visitor;
  const bare = { 'content-type': 'application/json', cookie };
  const body = JSON.stringify({ tier_id: site.tiers[0].id, quantity: 1 });
  const send = (headers: Record<string, string>) =>
    ask(`${site.url}/api/v1/orders/preview`, { method: 'POST', body, headers: { ...bare, ...headers } });
  const origin = site.url;
  for (const headers of [{ origin }, { origin, 'sec-fetch-site': 'same-origin' }]) {
    expect((await send(headers)).status).toBe(200);
  }
  const { port } = new URL(site.url);
  for (const headers of [
    {},
    { origin: 'null' },
    { origin: '' },
    { origin: 'https://evil.example' },
    { origin: second },
    { origin: `http://na.localhost:${port}` },
    { origin: `https://${site.code}.localhost:${port}` },
    { origin: `http://${site.code}.localhost` },
    { origin: `${origin}.evil.example` },
    { origin: `${origin}/` },
    { origin: `${origin}, ${origin}` },
    { origin, 'sec-fetch-site': 'cross-site' },
    { origin, 'sec-fetch-site': 'same-site' },
    { origin, 'sec-fetch-site': 'none' },
    { referer: `${origin}/` },
  ]) {
    const answer = await send(headers);
    expect({ headers, status: answer.status, code: codeOf(answer) }).toEqual({
      headers,
      status: 403,
      code: 'auth.origin',
    });
  }
  expect((await visitor.get('/me')).status).toBe(200);
});

it('takes a write without origin from who brings an access token, and never a session beside one', async () => {
  const site = await mintSite();
  const { visitor } = await newBuyer(site);
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ tier_id: site.tiers[0].id, quantity: 1 });
  const send = (extra: Record<string, string>) =>
    ask(`${site.url}/api/v1/orders/preview`, { method: 'POST', body, headers: { ...headers, ...extra } });
  expect(codeOf(await send({}))).toBe('auth.origin');
  expect(codeOf(await send({ authorization: 'Basic YTpi' }))).toBe('auth.origin');
  // Whether the token is worth anything is judged after the door.
  expect(codeOf(await send({ authorization: 'Bearer a.b.c' }))).not.toBe('auth.origin');
  expect(codeOf(await send({ authorization: 'Bearer a.b.c', origin: 'https://evil.example' }))).toBe('auth.origin');
  const both = await send({ authorization: 'bearer a.b.c', cookie: visitor.cookie, origin: site.url });
  expect({ status: both.status, code: codeOf(both) }).toEqual({ status: 400, code: 'auth.ambiguous' });
});

it('shares its answers with the site’s own hosts alone, and with those without cookies', async () => {
  const site = await mintSite();
  const second = await secondHost(site);
  const preflight = (origin: string) =>
    ask(`${site.url}/api/v1/orders`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' },
    });
  const own = await preflight(second);
  expect(own.status).toBe(204);
  expect(own.headers).toMatchObject({
    'access-control-allow-origin': second,
    'access-control-allow-methods': 'GET, HEAD, POST',
    'access-control-allow-headers': 'Authorization, Content-Type, Idempotency-Key, If-None-Match',
    vary: 'Origin',
  });
  const read = await ask(`${site.url}/api/v1/tiers`, { headers: { origin: second } });
  expect(read.status).toBe(200);
  expect(read.headers).toMatchObject({
    'access-control-allow-origin': second,
    'access-control-expose-headers': 'X-Request-Id, Retry-After, ETag',
    vary: expect.stringContaining('Origin') as string,
  });
  const refused = await ask(`${site.url}/api/v1/me`, { headers: { origin: second } });
  expect(refused).toMatchObject({ status: 401, headers: { 'access-control-allow-origin': second } });
  const { port } = new URL(site.url);
  for (const origin of [
    'https://evil.example',
    'null',
    `http://na.localhost:${port}`,
    second.replace('http', 'https'),
  ]) {
    const answers = [await preflight(origin), await ask(`${site.url}/api/v1/tiers`, { headers: { origin } })];
    expect(answers.map(({ status }) => status)).toEqual([405, 200]);
    const told = answers.flatMap(({ headers }) =>
      Object.keys(headers).filter((name) => name.startsWith('access-control')),
    );
    expect(told).toEqual([]);
    expect(answers.every(({ headers }) => String(headers['vary']).includes('Origin'))).toBe(true);
  }
  const credentials = [own, read].map(({ headers }) => headers['access-control-allow-credentials']);
  expect(credentials).toEqual([undefined, undefined]);
});

it('names the methods that a path knows when it is asked with another, and reads by HEAD as by GET', async () => {
  const site = await mintSite();
  const headers = { origin: site.url };
  for (const [method, path, allow] of [
    ['DELETE', '/api/v1/tiers', 'GET, HEAD'],
    ['POST', '/api/v1/site', 'GET, HEAD'],
    ['PUT', '/api/v1/orders', 'GET, HEAD, POST'],
    ['GET', '/api/v1/auth/nonce', 'POST'],
    ['GET', '/api/v1/auth/logout', 'POST'],
    ['POST', '/health', 'GET, HEAD'],
    ['OPTIONS', '/api/v1/tiers', 'GET, HEAD'],
  ] as const) {
    const answer = await ask(`${site.url}${path}`, { method, headers });
    expect({ method, path, status: answer.status, allow: answer.headers['allow'], code: codeOf(answer) }).toEqual({
      ...{ method, path, status: 405, allow, code: 'request.method' },
    });
  }
  const nowhere = await ask(`${site.url}/api/v1/nothing`, { method: 'DELETE', headers });
  expect({ status: nowhere.status, code: codeOf(nowhere) }).toEqual({ status: 404, code: 'request.not_found' });
  const head = await ask(`${site.url}/api/v1/tiers`, { method: 'HEAD' });
  const get = await ask(`${site.url}/api/v1/tiers`);
  expect({ status: head.status, text: head.text, etag: head.headers['etag'] }).toEqual({
    status: 200,
    text: '',
    etag: get.headers['etag'],
  });
});

it('refuses a body that is not plainly what it says, before anything is asked of the database', async () => {
  const site = await mintSite();
  const body = (more: string) => `{"tier_id":"${site.tiers[0].id}","quantity":1${more}}`;
  const cases: [what: string, question: HttpQuestion, expected: string][] = [
    ['nothing', { body: '' }, '400 request.malformed'],
    ['half', { body: '{' }, '400 request.malformed'],
    ['an unknown member', { body: body(',"price":1') }, '400 request.malformed'],
    ['a member twice', { body: body(',"quantity":2') }, '400 request.malformed'],
    ['__proto__', { body: body(',"__proto__":{"quantity":2}') }, '400 request.malformed'],
    ['NUL', { body: body(String.raw`,"a":"\u0000"`) }, '400 request.malformed'],
    ['a lone surrogate', { body: body(String.raw`,"a":"\ud800"`) }, '400 request.malformed'],
    ['an array', { body: `[${body('')}]` }, '400 request.malformed'],
    ['deep', { body: body(`,"a":${'['.repeat(40)}${']'.repeat(40)}`) }, '400 request.malformed'],
    ['a form', { headers: { 'content-type': 'application/x-www-form-urlencoded' } }, '415 request.unsupported_media'],
    ['text', { headers: { 'content-type': 'text/plain' } }, '415 request.unsupported_media'],
    ['latin', { headers: { 'content-type': 'application/json; charset=latin1' } }, '415 request.unsupported_media'],
    ['too much', { body: body(`,"a":"${'a'.repeat(66_000)}"`) }, '413 request.too_large'],
    ['too much in few characters', { body: body(`,"a":"${'漢'.repeat(22_000)}"`) }, '413 request.too_large'],
  ];
  for (const [what, question, expected] of cases) {
    const answer = await preview(site, question);
    expect({ what, answer: `${answer.status} ${codeOf(answer)}` }).toEqual({ what, answer: expected });
  }
  const utf8 = await preview(site, { headers: { 'content-type': 'application/json; charset=utf-8' } });
  expect(utf8.status).toBe(200);
  const visitor = new ApiVisitor(site.url);
  for (const path of ['/orders?limit=1&limit=2', '/orders?limit=0', '/orders?offset=1', '/orders?cursor=%00']) {
    expect(await visitor.get(path), path).toMatchObject({ status: 400, body: { code: 'request.malformed' } });
  }
});

it('refuses bytes that are no UTF-8', async () => {
  const site = await mintSite();
  const bytes = Buffer.concat([Buffer.from('{"tier_id":"'), Buffer.from([0xc0, 0xaf]), Buffer.from('"}')]);
  const { port, host } = new URL(site.url);
  const answer = await new Promise<string>((resolve, reject) => {
    const headers = { host, origin: site.url, 'content-type': 'application/json', 'content-length': bytes.length };
    const outgoing = request(
      { host: '127.0.0.1', port, path: '/api/v1/orders/preview', method: 'POST', headers },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming
          .on('data', (chunk: Buffer) => chunks.push(chunk))
          .on('end', () => {
            resolve(Buffer.concat(chunks).toString());
          });
      },
    );
    outgoing.on('error', reject).end(bytes);
  });
  expect(JSON.parse(answer)).toMatchObject({
    status: 400,
    code: 'request.malformed',
    detail: 'The body is not UTF-8.',
  });
});

it('keeps every answer of the API from being shown, framed, sniffed, or kept', async () => {
  const site = await mintSite();
  const { visitor } = await newBuyer(site);
  const kept = { '/api/v1/tiers': 'public, max-age=1', '/api/v1/site': 'private, no-cache' } as Record<string, string>;
  for (const path of [
    '/api/v1/site',
    '/api/v1/tiers',
    '/api/v1/me',
    '/api/v1/orders',
    '/api/v1/nothing',
    '/api/openapi.json',
    '/health',
  ]) {
    const { headers } = await ask(`${site.url}${path}`, { headers: { cookie: visitor.cookie } });
    expect(headers, path).toMatchObject({
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-opener-policy': 'same-origin-allow-popups',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'permissions-policy': expect.stringContaining('payment=()') as string,
      'cache-control': kept[path] ?? 'no-store',
    });
  }
});

it('lets a page run its own scripts alone, and no other page show it', async () => {
  const site = await mintSite();
  const { headers, text } = await ask(`${site.url}/`);
  const policy = String(headers['content-security-policy']);
  const nonce = /script-src 'nonce-([^']+)' 'strict-dynamic'/.exec(policy)?.[1];
  expect(nonce).toMatch(/^.{22,}$/);
  expect(policy).not.toContain('unsafe');
  for (const part of ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"]) {
    expect(policy).toContain(part);
  }
  const scripts = [...text.matchAll(/<(?:script|style)\b[^>]*>/g)].map(([tag]) => tag);
  expect(scripts.filter((tag) => !tag.includes(`nonce="${nonce ?? ''}"`) && !tag.includes('application/json'))).toEqual(
    [],
  );
  expect(headers).toMatchObject({
    'strict-transport-security': 'max-age=63072000; includeSubDomains',
    'x-frame-options': 'DENY',
    'cross-origin-opener-policy': 'same-origin-allow-popups',
    'permissions-policy': expect.stringContaining('publickey-credentials-get=(self)') as string,
    'cache-control': 'no-store',
  });
  const file = /src="(\/assets\/[^"]+)"/.exec(text)?.[1] ?? '';
  expect((await ask(`${site.url}${file}`)).headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
});
