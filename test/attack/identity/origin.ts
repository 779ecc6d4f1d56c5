import { randomUUID } from 'node:crypto';
import { ask, type AskOptions } from '../ask.ts';
import type { Attack, Family } from '../attack.ts';
import { challenged, signInWith } from './sign.ts';
import { sessionOf, type World } from './world.ts';

const ORIGIN = '403 auth.origin';

/** A write that a browser would send with the visitor's cookie, from wherever the page was. */
interface Write {
  place: string;
  send: (world: World, options: AskOptions) => ReturnType<typeof ask>;
}

const writes: Write[] = [
  {
    place: 'POST /auth/logout',
    send: ({ site, tokens }, options) =>
      ask('POST', site.url, '/auth/logout', { cookie: sessionOf(tokens.buyer), ...options }),
  },
  {
    place: 'POST /orders',
    send: ({ site, tokens, buyer }, options) =>
      ask('POST', site.url, '/orders', {
        cookie: sessionOf(tokens.buyer),
        body: {
          tier_id: site.tiers[0].id,
          tier_version: 1,
          quantity: 1,
          wallet_id: buyer.walletId,
          terms_version: site.termsVersion,
        },
        ...options,
        headers: [['Idempotency-Key', randomUUID()], ...(options.headers ?? [])],
      }),
  },
  {
    place: 'POST /admin/{site}/releases/approve',
    send: ({ site, platform, tokens }, options) =>
      ask('POST', platform, `/admin/${site.code}/releases/approve`, {
        cookie: sessionOf(tokens.owner),
        body: { release_ids: [randomUUID()] },
        ...options,
      }),
  },
];

const origins: [string, (world: World) => AskOptions][] = [
  ['a page of the attacker', () => ({ origin: 'https://evil.example' })],
  ['a page of another site', ({ other }) => ({ origin: other.url })],
  ['a page on the site’s name in the other scheme', ({ site }) => ({ origin: site.url.replace('http:', 'https:') })],
  ['a page on another port of the same name', ({ site }) => ({ origin: site.url.replace(/\d+$/, '1') })],
  ['a page below the site’s name', ({ site }) => ({ origin: site.url.replace('//', '//evil.') })],
  ['a page whose name begins as the site’s', ({ site }) => ({ origin: `${site.url}.evil.example` })],
  ['a page without an origin of its own', () => ({ origin: 'null' })],
  ['an empty origin', () => ({ origin: '' })],
  ['no origin at all', () => ({ origin: null })],
  ['the origin with a path', ({ site }) => ({ origin: `${site.url}/` })],
  ['its own origin, and a browser that says cross-site', () => ({ headers: [['Sec-Fetch-Site', 'cross-site']] })],
  ['its own origin, and a browser that says same-site', () => ({ headers: [['Sec-Fetch-Site', 'same-site']] })],
  ['its own origin, and a browser that says none', () => ({ headers: [['Sec-Fetch-Site', 'none']] })],
  ['two origins in one line', ({ site }) => ({ origin: `${site.url} https://evil.example` })],
];

/** Writes count only from pages of the very host they go to. */
export const origin: Family<World> = {
  name: 'pages elsewhere',
  attacks: [
    ...writes.flatMap(({ place, send }) =>
      origins.map(([name, options]): Attack<World> => ({
        name,
        place,
        refusal: ORIGIN,
        request: (world) => send(world, options(world)),
      })),
    ),
    {
      name: 'a sign-in by a page of the attacker, with the attacker’s own wallet',
      place: 'POST /auth/wallet',
      refusal: ORIGIN,
      request: async ({ site }) => {
        const request = await signInWith(site.url, await challenged(site.url));
        const headers = request.headers.map(
          ([name, value]) => [name, name === 'Origin' ? 'https://evil.example' : value] as const,
        );
        return { ...request, headers };
      },
    },
  ],
};
