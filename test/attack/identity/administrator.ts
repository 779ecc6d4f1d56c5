import { randomUUID } from 'node:crypto';
import type { Actor } from '../../isolation/route_actor.ts';
import { ask, type AskOptions } from '../ask.ts';
import type { Attack, Family, Refusal } from '../attack.ts';
import { stale } from './stale.ts';
import { forge } from './token.ts';
import { sessionOf, type World } from './world.ts';

const NOTHING: Refusal = '404 request.not_found';
const SIGN_IN: Refusal = '401 auth.required';

interface PlatformRoute {
  place: string;
  send: (world: World, origin: string, options: AskOptions) => ReturnType<typeof ask>;
}

/** Whom nobody knows: even where a case fails, nobody is blocked. */
const subject = encodeURIComponent(`auth0|${randomUUID()}`);

const routes: PlatformRoute[] = [
  {
    place: 'GET /platform/users',
    send: (_, origin, options) => ask('GET', origin, '/platform/users?email=nobody%40posx.example', options),
  },
  ...(['block', 'unblock'] as const).map((verb) => ({
    place: `POST /platform/users/{sub}/${verb}`,
    send: (_: World, origin: string, options: AskOptions) =>
      ask('POST', origin, `/platform/users/${subject}/${verb}`, { body: { reason: 'an attack' }, ...options }),
  })),
];

const strangers: [string, Exclude<Actor, 'anonymous'> | null, Refusal][] = [
  ['nobody', null, SIGN_IN],
  ['a buyer', 'buyer', SIGN_IN],
  ['an owner of a site', 'owner', NOTHING],
  ['a manager of a site', 'manager', NOTHING],
  ['support of a site', 'support', NOTHING],
  ['a person of the platform who operates nothing', 'appointedNowhere', NOTHING],
];

const cookieOf = (token: string | undefined): AskOptions => (token === undefined ? {} : { cookie: sessionOf(token) });

const platformRoutes = routes.flatMap(({ place, send }): Attack<World>[] => [
  ...strangers.map(([name, actor, refusal]): Attack<World> => ({
    name,
    place,
    refusal,
    request: (world) => send(world, world.platform, cookieOf(actor === null ? undefined : world.tokens[actor])),
  })),
  {
    name: 'an administrator on a site host',
    place: `${place}, site host`,
    refusal: NOTHING,
    request: (world) => send(world, world.site.url, cookieOf(world.administrator)),
  },
  {
    name: 'a program',
    place,
    refusal: '403 auth.scope',
    request: (world) =>
      send(world, world.platform, {
        origin: null,
        headers: [['Authorization', `Bearer ${forge(world.issuer, world.program)}`]],
      }),
  },
]);

/** What takes an account from somebody, or shows all of it. */
const ownAccount: Attack<World>[] = [
  {
    name: 'a session that nobody proved for twenty minutes',
    place: 'POST /me/anonymise',
    refusal: '403 auth.fresh_required',
    request: async ({ site, tokens }) =>
      ask('POST', site.url, '/me/anonymise', { cookie: await stale(tokens.otherBuyer), body: { confirm: true } }),
  },
  {
    name: 'a token in place of a fresh session',
    place: 'POST /me/anonymise',
    refusal: '403 auth.fresh_required',
    request: (world) =>
      ask('POST', world.site.url, '/me/anonymise', {
        body: { confirm: true },
        headers: [['Authorization', `Bearer ${forge(world.issuer, world.person)}`]],
      }),
  },
  {
    name: 'no word of consent',
    place: 'POST /me/anonymise',
    refusal: '400 request.malformed',
    request: ({ site, tokens }) =>
      ask('POST', site.url, '/me/anonymise', { cookie: sessionOf(tokens.otherBuyer), body: { confirm: 'true' } }),
  },
  {
    name: 'an operator’s account on the platform host',
    place: 'POST /me/anonymise, platform',
    refusal: NOTHING,
    request: ({ platform, tokens }) =>
      ask('POST', platform, '/me/anonymise', { cookie: sessionOf(tokens.owner), body: { confirm: true } }),
  },
  ...(['revoked', 'expired', 'elsewhere', 'owner'] as const).map((actor): Attack<World> => ({
    name: `a cookie that is ${actor}`,
    place: 'GET /me/export',
    refusal: SIGN_IN,
    request: ({ site, tokens }) => ask('GET', site.url, '/me/export', { cookie: sessionOf(tokens[actor]) }),
  })),
];

export const administrator: Family<World> = {
  name: 'administrators',
  attacks: [
    ...platformRoutes,
    ...ownAccount,
    {
      name: 'an administrator, who operates no site',
      place: 'GET /admin/{site}/orders',
      refusal: NOTHING,
      request: ({ site, platform, administrator: token }) =>
        ask('GET', platform, `/admin/${site.code}/orders`, { cookie: sessionOf(token) }),
    },
  ],
  controls: [
    {
      name: 'an administrator',
      place: 'GET /platform/users',
      status: 200,
      request: ({ platform, administrator: token }) =>
        ask('GET', platform, '/platform/users?email=nobody%40posx.example', { cookie: sessionOf(token) }),
    },
  ],
};
