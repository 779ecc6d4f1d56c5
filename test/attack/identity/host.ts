import { ask } from '../ask.ts';
import type { Attack, Family, Refusal } from '../attack.ts';
import type { WireRequest } from '../wire.ts';
import { sessionOf, type World } from './world.ts';

const UNKNOWN: Refusal = '421 host.unknown';

/** Names that no site has, some of them close to one that a site has. */
const hosts: [string, (code: string, port: string) => string, Refusal?][] = [
  ['nobody’s name', (_, port) => `nowhere.localhost:${port}`],
  ['a name below a site’s', (code, port) => `www.${code}.localhost:${port}`],
  ['a site’s name below another', (code) => `${code}.localhost.evil.example`],
  ['a name that ends as a site’s', (code, port) => `evil${code}.localhost:${port}`],
  ['the name all sites are below', (_, port) => `localhost:${port}`],
  ['an address', (_, port) => `127.0.0.1:${port}`],
  ['an IPv6 address', (_, port) => `[::1]:${port}`],
  ['an address as one number', (_, port) => `2130706433:${port}`],
  ['a workers.dev name', () => 'posx-api.example.workers.dev'],
  ['a pages.dev name', () => 'posx.pages.dev'],
  ['a punycode look-alike', (code, port) => `xn--${code}-9za.localhost:${port}`],
  ['a dot after a site’s name', (code, port) => `${code}.localhost.:${port}`],
  ['a dot before a site’s name', (code, port) => `.${code}.localhost:${port}`],
];

const reads: [string, (host: string, world: World) => WireRequest][] = [
  ['GET /site', (host, { site }) => ask('GET', site.url, '/site', { host })],
  ['GET /me', (host, { site, tokens }) => ask('GET', site.url, '/me', { host, cookie: sessionOf(tokens.buyer) })],
  [
    'POST /auth/nonce',
    (host, { site, buyer }) =>
      ask('POST', site.url, '/auth/nonce', {
        host,
        origin: new URL(`http://${host}`).origin,
        body: { address: buyer.address },
      }),
  ],
];

const unknownHosts = reads.flatMap(([place, request]) =>
  hosts.map(([name, write, refusal = UNKNOWN]): Attack<World> => ({
    name: `${name} for a host`,
    place,
    refusal,
    request: (world) => request(write(world.site.code, new URL(world.site.url).port), world),
  })),
);

/** Headers by which proxies tell of a host or an address, and which nothing here may believe. */
const forwarding = (host: string): [string, string][] => [
  ['X-Forwarded-Host', host],
  ['X-Forwarded-Server', host],
  ['X-Original-Host', host],
  ['X-Host', host],
  ['Forwarded', `host=${host}`],
  ['X-Forwarded-For', '127.0.0.1'],
  ['X-Original-URL', '/api/v1/admin'],
  ['X-Rewrite-URL', '/api/v1/admin'],
  ['X-HTTP-Method-Override', 'GET'],
];

const SIGN_IN: Refusal = '401 auth.required';

const forwarded = ['X-Forwarded-Host', 'X-Forwarded-Server', 'X-Original-Host', 'X-Host', 'Forwarded'].flatMap(
  (header): Attack<World>[] => [
    {
      name: `${header} naming the site of a session`,
      place: 'GET /me',
      refusal: SIGN_IN,
      request: ({ site, other, tokens }) =>
        ask('GET', other.url, '/me', {
          cookie: sessionOf(tokens.buyer),
          headers: forwarding(new URL(site.url).host).filter(([name]) => name === header),
        }),
    },
    {
      name: `${header} naming the platform host`,
      place: 'GET /admin/{site}/orders',
      refusal: '404 request.not_found',
      request: ({ site, platform, tokens }) =>
        ask('GET', site.url, `/admin/${site.code}/orders`, {
          cookie: sessionOf(tokens.owner),
          headers: forwarding(new URL(platform).host).filter(([name]) => name === header),
        }),
    },
    {
      name: `${header} naming a site`,
      place: 'GET /site',
      refusal: UNKNOWN,
      request: ({ site }) =>
        ask('GET', site.url, '/site', {
          host: 'nowhere.localhost',
          headers: forwarding(new URL(site.url).host).filter(([name]) => name === header),
        }),
    },
  ],
);

/** Who serves the request is what its Host says, and that alone. */
export const host: Family<World> = {
  name: 'hosts',
  attacks: [
    ...unknownHosts,
    ...forwarded,
    {
      name: 'no Host line',
      place: 'GET /site',
      refusal: '400',
      request: ({ site }) => ask('GET', site.url, '/site', { host: [] }),
    },
    // The local runtime's own answer; Cloudflare's is 400. What counts is that neither name is served.
    {
      name: 'two Host lines',
      place: 'GET /me',
      refusal: '500',
      request: ({ site, other, tokens }) =>
        ask('GET', site.url, '/me', {
          host: [new URL(other.url).host, new URL(site.url).host],
          cookie: sessionOf(tokens.buyer),
        }),
    },
    {
      name: 'an empty Host line',
      place: 'GET /site',
      refusal: '400',
      request: ({ site }) => ask('GET', site.url, '/site', { host: '' }),
    },
    {
      name: 'another site in the request line than in Host',
      place: 'GET /me',
      refusal: SIGN_IN,
      request: ({ site, other, tokens }) => ({
        ...ask('GET', other.url, '/me', { cookie: sessionOf(tokens.buyer) }),
        target: `${site.url}/api/v1/me`,
      }),
    },
    ...(['X-Original-URL', 'X-Rewrite-URL'] as const).map((header): Attack<World> => ({
      name: `${header} naming another route`,
      place: 'GET /nothing',
      refusal: '404 request.not_found',
      request: ({ site }) => ask('GET', site.url, '/nothing', { headers: [[header, '/api/v1/site']] }),
    })),
    {
      name: 'X-HTTP-Method-Override naming a method',
      place: 'GET /auth/logout',
      refusal: '405 request.method',
      request: ({ site, tokens }) =>
        ask('GET', site.url, '/auth/logout', {
          cookie: sessionOf(tokens.buyer),
          headers: [['X-HTTP-Method-Override', 'POST']],
        }),
    },
  ],
  controls: [
    [
      'GET /site',
      'a site’s name in upper case',
      (code: string, port: string) => `${code.toUpperCase()}.LOCALHOST:${port}`,
    ] as const,
    ['GET /site', 'a site’s name with another port', (code: string) => `${code}.localhost:1`] as const,
  ].map(([place, name, write]) => ({
    name,
    place,
    status: 200,
    request: ({ site }: World) => ask('GET', site.url, '/site', { host: write(site.code, new URL(site.url).port) }),
  })),
};
