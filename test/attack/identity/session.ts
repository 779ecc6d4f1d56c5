import { randomBytes } from 'node:crypto';
import { SESSION_COOKIE } from '../../../worker/auth/cookie.ts';
import { withClient } from '../../harness/database.ts';
import { copySession, hashOf } from '../../isolation/route_actor.ts';
import { ask } from '../ask.ts';
import type { Attack, Family } from '../attack.ts';
import { sendWire } from '../wire.ts';
import { challenged, signInWith } from './sign.ts';
import { sessionOf, type World } from './world.ts';

const NOBODY = '401 auth.required';

/** A copy of the buyer's session, changed as an operator, time or the buyer would. */
async function spoiled({ tokens }: World, change: string): Promise<string> {
  const token = await copySession(tokens.buyer);
  await withClient('superuser', (client) =>
    client.query(`update sessions set ${change} where token_hash = $1`, [hashOf(token)]),
  );
  return sessionOf(token);
}

const plain = '__Host-'.length;

/** Cookie header → who is not signed in by it. */
const cookies: [string, (world: World) => string | string[] | Promise<string>][] = [
  ['a session that was ended', ({ tokens }) => sessionOf(tokens.revoked)],
  ['a session whose time is over', ({ tokens }) => sessionOf(tokens.expired)],
  [
    'a session that nobody used for longer than it may rest',
    (world) => spoiled(world, 'seen_at = app.now() - make_interval(mins => idle_minutes + 1)'),
  ],
  ['the session of the same person on another site', ({ tokens }) => sessionOf(tokens.elsewhere)],
  ['an operator’s session', ({ tokens }) => sessionOf(tokens.owner)],
  ['the session under a name without __Host-', ({ tokens }) => sessionOf(tokens.buyer).slice(plain)],
  [
    'the session under a name in another case',
    ({ tokens }) => sessionOf(tokens.buyer).replace(SESSION_COOKIE, SESSION_COOKIE.toUpperCase()),
  ],
  ['the session in quotation marks and a space', ({ tokens }) => `${SESSION_COOKIE}=" ${tokens.buyer}"`],
  ['the session with a letter more', ({ tokens }) => `${sessionOf(tokens.buyer)}a`],
  ['the session in upper case', ({ tokens }) => sessionOf(tokens.buyer.toUpperCase())],
  ['half a session', ({ tokens }) => sessionOf(tokens.buyer.slice(0, 32))],
  ['what the database holds of a session', ({ tokens }) => sessionOf(hashOf(tokens.buyer).toString('hex'))],
  ['a random session', () => sessionOf(randomBytes(32).toString('hex'))],
  ['an empty session', () => sessionOf('')],
  ['a session that is SQL', () => sessionOf("' or '1'='1")],
  ['a session of 8,000 letters', () => sessionOf('a'.repeat(8_000))],
  ['a cookie of bytes', () => sessionOf('\xff\xfe\xfd')],
  ['a cookie that is no percent encoding', () => sessionOf('%zz%')],
  ['the cookie of a challenge', ({ tokens }) => `__Host-posx_nonce=${tokens.buyer}`],
];

const reads: [string, (world: World, cookie: string | string[]) => ReturnType<typeof ask>][] = [
  ['GET /me', ({ site }, cookie) => ask('GET', site.url, '/me', { cookie })],
  ['GET /orders', ({ site }, cookie) => ask('GET', site.url, '/orders', { cookie })],
];

const [first] = reads;

/** Set by somebody who knows its value, before the visitor signs in. */
const fixed: Attack<World> = {
  name: 'a session value planted before a sign-in',
  place: 'GET /me',
  refusal: NOBODY,
  request: async ({ site }) => {
    const planted = sessionOf(randomBytes(32).toString('hex'));
    const challenge = await challenged(site.url);
    const cookie = `${challenge.cookie}; ${planted}`;
    const signedIn = await sendWire(Number(new URL(site.url).port), await signInWith(site.url, challenge, { cookie }));
    if (signedIn.status !== 200) throw new Error(`the sign-in was answered ${signedIn.status}`);
    return ask('GET', site.url, '/me', { cookie: planted });
  },
};

/** A cookie is a session of this host or it is nothing. */
export const session: Family<World> = {
  name: 'session cookies',
  attacks: [
    ...reads.flatMap(([place, request]) =>
      cookies.map(([name, cookie]): Attack<World> => ({
        name,
        place,
        refusal: NOBODY,
        request: async (world) => request(world, await cookie(world)),
      })),
    ),
    fixed,
  ],
  ...(first === undefined
    ? {}
    : {
        controls: [
          {
            name: 'the session as it is',
            place: first[0],
            status: 200,
            request: (world: World) => first[1](world, sessionOf(world.tokens.buyer)),
          },
        ],
      }),
};
