import { randomUUID } from 'node:crypto';
import type { Actor } from '../../isolation/route_actor.ts';
import { ask } from '../ask.ts';
import type { Attack, Family, Refusal } from '../attack.ts';
import { sessionOf, type World } from './world.ts';

const NOTHING: Refusal = '404 request.not_found';
const MALFORMED: Refusal = '400 request.malformed';
const SIGN_IN: Refusal = '401 auth.required';

interface AdminRoute {
  place: string;
  method: string;
  path: (site: string) => string;
  body?: unknown;
}

const routes: AdminRoute[] = [
  { place: 'GET /admin/{site}/orders', method: 'GET', path: (site) => `/admin/${site}/orders` },
  { place: 'GET /admin/{site}/releases', method: 'GET', path: (site) => `/admin/${site}/releases` },
  {
    place: 'POST /admin/{site}/releases/approve',
    method: 'POST',
    path: (site) => `/admin/${site}/releases/approve`,
    body: { release_ids: [randomUUID()] },
  },
  { place: 'GET /admin/{site}/users', method: 'GET', path: (site) => `/admin/${site}/users` },
  { place: 'GET /admin/{site}/users/{id}', method: 'GET', path: (site) => `/admin/${site}/users/${randomUUID()}` },
  {
    place: 'PATCH /admin/{site}/users/{id}',
    method: 'PATCH',
    path: (site) => `/admin/${site}/users/${randomUUID()}`,
    body: { status: 'suspended', reason: 'an attack' },
  },
  {
    place: 'POST /admin/{site}/users/{id}/anonymise',
    method: 'POST',
    path: (site) => `/admin/${site}/users/${randomUUID()}/anonymise`,
    body: { reason: 'an attack' },
  },
];

const asked = (route: AdminRoute, origin: string, site: string, token: string | undefined) =>
  ask(route.method, origin, route.path(site), {
    ...(token === undefined ? {} : { cookie: sessionOf(token) }),
    ...(route.body === undefined ? {} : { body: route.body }),
  });

/** On the platform host: everybody who is no operator of that site. */
const strangers: [string, Exclude<Actor, 'anonymous'> | null, Refusal][] = [
  ['nobody', null, SIGN_IN],
  ['a buyer with the site’s cookie', 'buyer', SIGN_IN],
  ['an agent with the site’s cookie', 'agent', SIGN_IN],
  ['an owner of another site', 'foreignOwner', NOTHING],
  ['a person of the platform who operates nothing', 'appointedNowhere', NOTHING],
];

/** Site codes that are none. */
const codes: [string, string, Refusal][] = [
  ['a site that does not exist', 'tnowhere', NOTHING],
  ['the platform itself', 'platform', NOTHING],
  ['a site’s code in upper case', '', MALFORMED],
  ['a code that is SQL', "x'%20or%20'1'='1", MALFORMED],
  ['a code of 2,000 letters', 'a'.repeat(2_000), MALFORMED],
];

export const operator: Family<World> = {
  name: 'operators',
  attacks: [
    ...routes.flatMap((route): Attack<World>[] => [
      ...strangers.map(([name, actor, refusal]): Attack<World> => ({
        name,
        place: route.place,
        refusal,
        request: ({ site, platform, tokens }) =>
          asked(route, platform, site.code, actor === null ? undefined : tokens[actor]),
      })),
      ...codes.map(([name, code, refusal]): Attack<World> => ({
        name: `an owner asking for ${name}`,
        place: route.place,
        refusal,
        request: ({ site, platform, tokens }) =>
          asked(route, platform, code === '' ? site.code.toUpperCase() : code, tokens.owner),
      })),
      {
        name: 'the owner on the site’s own host',
        place: `${route.place}, site host`,
        refusal: NOTHING,
        request: ({ site, tokens }) => asked(route, site.url, site.code, tokens.owner),
      },
      {
        name: 'an agent on the site’s own host',
        place: `${route.place}, site host`,
        refusal: NOTHING,
        request: ({ site, tokens }) => asked(route, site.url, site.code, tokens.agent),
      },
    ]),
    ...(['support', 'manager'] as const).map((actor): Attack<World> => ({
      name: `${actor}, as only an owner may`,
      place: 'POST /admin/{site}/users/{id}/anonymise',
      refusal: '403 auth.forbidden',
      request: ({ site, platform, tokens, victim }) =>
        ask('POST', platform, `/admin/${site.code}/users/${victim.me.id}/anonymise`, {
          cookie: sessionOf(tokens[actor]),
          body: { reason: 'an attack' },
        }),
    })),
    {
      name: 'support, who may only read',
      place: 'PATCH /admin/{site}/users/{id}',
      refusal: '403 auth.forbidden',
      request: ({ site, platform, tokens, victim }) =>
        ask('PATCH', platform, `/admin/${site.code}/users/${victim.me.id}`, {
          cookie: sessionOf(tokens.support),
          body: { status: 'suspended', reason: 'an attack' },
        }),
    },
    ...(['GET', 'PATCH', 'POST'] as const).map((method): Attack<World> => ({
      name: 'the owner, about a user of another site',
      place: `${method} /admin/{site}/users/{id}${method === 'POST' ? '/anonymise' : ''}`,
      refusal: '404 user.unknown',
      request: ({ site, platform, tokens, gatedBuyer }) =>
        ask(method, platform, `/admin/${site.code}/users/${gatedBuyer.me.id}${method === 'POST' ? '/anonymise' : ''}`, {
          cookie: sessionOf(tokens.owner),
          ...(method === 'GET'
            ? {}
            : { body: { reason: 'an attack', ...(method === 'PATCH' ? { status: 'suspended' } : {}) } }),
        }),
    })),
    {
      name: 'support, who may only read',
      place: 'POST /admin/{site}/releases/approve',
      refusal: '403 auth.forbidden',
      request: ({ site, platform, tokens }) =>
        ask('POST', platform, `/admin/${site.code}/releases/approve`, {
          cookie: sessionOf(tokens.support),
          body: { release_ids: [randomUUID()] },
        }),
    },
    {
      name: 'webhooks of the payment provider on a site host',
      place: 'POST /webhooks/stripe, site host',
      refusal: NOTHING,
      request: ({ site }) => ask('POST', site.url, '/webhooks/stripe', { body: {} }),
    },
    {
      name: 'buying on the platform host with an operator’s cookie',
      place: 'GET /orders, platform',
      refusal: NOTHING,
      request: ({ platform, tokens }) => ask('GET', platform, '/orders', { cookie: sessionOf(tokens.owner) }),
    },
    {
      name: 'a balance on the platform host with an operator’s cookie',
      place: 'GET /me/balance, platform',
      refusal: NOTHING,
      request: ({ platform, tokens }) => ask('GET', platform, '/me/balance', { cookie: sessionOf(tokens.owner) }),
    },
  ],
  controls: routes.slice(0, 2).map((route) => ({
    name: 'the owner',
    place: route.place,
    status: 200,
    request: ({ site, platform, tokens }: World) => asked(route, platform, site.code, tokens.owner),
  })),
};
