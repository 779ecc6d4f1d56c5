import { createHmac, randomBytes } from 'node:crypto';
import { loadSecrets } from '../../../dev/secret.ts';
import { ATTEMPT_COOKIE } from '../../../worker/auth0/attempt.ts';
import { newEmail, signInUpTo } from '../../harness/auth0.ts';
import { useStack } from '../../harness/stack.ts';
import { WebBrowser } from '../../harness/web_browser.ts';
import { ask } from '../ask.ts';
import type { Attack, Family, Refusal } from '../attack.ts';
import { sendWire, type WireAnswer } from '../wire.ts';
import { encode } from './token.ts';
import type { World } from './world.ts';

const STATE: Refusal = '400 auth.state_invalid';
const MALFORMED: Refusal = '400 request.malformed';

/** Nobody is sent anywhere, and nobody is signed in. */
const staysHere = ({ headers, cookies }: WireAnswer): string | null => {
  if (headers['location'] !== undefined) return `sent to ${headers['location']}`;
  return cookies.some((cookie) => /^__Host-posx_session=[^;]/.test(cookie)) ? 'signed in' : null;
};

/** Spellings of "elsewhere" that one browser or another follows. */
const elsewhere = [
  'https://evil.example/',
  '//evil.example/',
  '///evil.example/',
  '/\\evil.example/',
  '\\\\evil.example/',
  '/\t/evil.example/',
  '/\n/evil.example/',
  '\t//evil.example/',
  ' //evil.example/',
  '/%2f/evil.example/',
  '/%5cevil.example/',
  '/%255cevil.example/',
  '/.//evil.example/',
  '/a/..//evil.example/',
  '/%2e%2e//evil.example/',
  'javascript:alert(1)',
  'data:text/html,hello',
  'evil.example',
  '@evil.example',
  '',
  '/api/v1/auth/login',
  '/API/v1/auth/logout',
  '/\u2028/evil.example/',
  '/\0',
  `/${'a'.repeat(5_000)}`,
];

const begin = ({ gated }: World, query: Record<string, string>) =>
  ask('GET', gated.url, `/auth/login?${new URLSearchParams(query).toString()}`);

const openRedirects = elsewhere.map((target): Attack<World> => ({
  name: `return_to ${JSON.stringify(target.slice(0, 30))}`,
  place: 'GET /auth/login',
  refusal: MALFORMED,
  also: staysHere,
  request: (world) => begin(world, { return_to: target }),
}));

const queries: [string, Record<string, string>, Refusal][] = [
  ['an unknown parameter', { redirect_uri: 'https://evil.example/' }, MALFORMED],
  ['a connection that is a parameter of its own', { connection: 'email&prompt=none' }, MALFORMED],
  ['a join without a session', { join: '1' }, '401 auth.required'],
  ['a join that is neither yes nor no', { join: 'yes' }, MALFORMED],
];

/** A sign-in up to the address that the browser would open next. */
interface Ready {
  url: URL;
  state: string;
  attempt: string;
}

async function ready(origin: string, until: 'callback' | 'complete'): Promise<Ready> {
  const browser = new WebBrowser();
  const url = await signInUpTo(browser, origin, newEmail(), until);
  return {
    url,
    state: url.searchParams.get('state') ?? '',
    attempt: browser.cookie(origin, ATTEMPT_COOKIE) ?? '',
  };
}

const withParameters = (url: URL, change: Record<string, string | null>): string => {
  const changed = new URL(url);
  for (const [name, value] of Object.entries(change)) {
    if (value === null) changed.searchParams.delete(name);
    else changed.searchParams.set(name, value);
  }
  return `${changed.pathname.replace('/api/v1', '')}${changed.search}`;
};

/** A state with other content, under the signature it had, or under one by another key. */
const reseal = (state: string, change: Record<string, unknown>, key?: Buffer): string => {
  const [text = '', mac = ''] = state.split('.');
  const content = JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;
  const changed = encode({ ...content, ...change });
  return `${changed}.${key === undefined ? mac : createHmac('sha256', key).update(changed).digest('base64url')}`;
};

const theirKey = randomBytes(32);

const states: [string, (state: string, world: World) => string | null][] = [
  ['no state', () => null],
  ['an empty state', () => ''],
  ['a state without its signature', (state) => state.split('.')[0] ?? ''],
  ['a state with a signature of zeros', (state) => `${state.split('.')[0] ?? ''}.${'A'.repeat(43)}`],
  ['a state that names a host of the attacker', (state) => reseal(state, { host: 'evil.example' })],
  ['a state that names another site', (state, { other }) => reseal(state, { host: new URL(other.url).host })],
  [
    'a state that names an address within a host',
    (state, { gated }) => reseal(state, { host: `${new URL(gated.url).host}@evil.example` }),
  ],
  ['a state that lasts for ever', (state) => reseal(state, { expiresAt: 4_102_444_800_000 })],
  ['a state made for signing out', (state) => reseal(state, { purpose: 'logout' })],
  ['a state signed by another key', (state) => reseal(state, {}, theirKey)],
  ['a state of the attacker, signed by another key', (state) => reseal(state, { host: 'evil.example' }, theirKey)],
  ['a state signed by an empty key', (state) => reseal(state, { host: 'evil.example' }, Buffer.alloc(0))],
  ['a state with a letter more', (state) => `${state}A`],
  ['a state of three parts', (state) => `${state}.${state}`],
  ['a state that is a token', () => 'eyJhbGciOiJub25lIn0.e30.'],
];

/** The platform's own key: only time and a site that is gone make such states. */
async function ownKey(): Promise<Buffer> {
  const { signInKey } = await loadSecrets(useStack().folder);
  return Buffer.from(signInKey, 'hex');
}

const callbacks: Attack<World>[] = states.map(([name, change]) => ({
  name,
  place: 'GET /auth/callback',
  refusal: STATE,
  also: staysHere,
  request: async (world) => {
    const { url, state } = await ready(world.gated.url, 'callback');
    return ask('GET', world.platform, withParameters(url, { state: change(state, world) }));
  },
}));

const genuine: Attack<World>[] = [
  ['a state of ours whose time is over', { expiresAt: 1 }, STATE] as const,
  ['a state of ours for a host that is no site', { host: 'evil.example' }, '421 host.unknown'] as const,
  ['a state of ours for signing out', { purpose: 'logout' }, STATE] as const,
].map(([name, change, refusal]) => ({
  name,
  place: 'GET /auth/callback',
  refusal,
  also: staysHere,
  request: async (world: World) => {
    const { url, state } = await ready(world.gated.url, 'callback');
    return ask('GET', world.platform, withParameters(url, { state: reseal(state, change, await ownKey()) }));
  },
}));

const arrivals: Attack<World>[] = [
  {
    name: 'the answer of another issuer',
    place: 'GET /auth/callback',
    refusal: STATE,
    also: staysHere,
    request: async (world) => {
      const { url } = await ready(world.gated.url, 'callback');
      return ask('GET', world.platform, withParameters(url, { iss: 'https://evil.example/' }));
    },
  },
  {
    name: 'a state for signing in, to sign out with',
    place: 'GET /auth/callback',
    refusal: STATE,
    also: staysHere,
    request: async (world) => {
      const { state } = await ready(world.gated.url, 'callback');
      return ask('GET', world.platform, `/auth/callback?logout=${encodeURIComponent(state)}`);
    },
  },
  {
    name: 'the callback of a sign-in',
    place: 'GET /auth/callback, site host',
    refusal: '404 request.not_found',
    also: staysHere,
    request: async (world) => {
      const { url } = await ready(world.gated.url, 'callback');
      return ask('GET', world.gated.url, withParameters(url, {}));
    },
  },
];

/** How a completion differs from the honest one. */
interface Completion {
  origin?: (world: World) => string;
  cookie?: (mine: Ready, theirs: Ready) => string | null;
  change?: (mine: Ready, theirs: Ready) => Record<string, string | null>;
  refusal?: Refusal;
}

const attemptOf = (value: string) => `${ATTEMPT_COOKIE}=${value}`;

const completions: [string, Completion][] = [
  ['no cookie', { cookie: () => null }],
  ['the cookie of another browser', { cookie: (_, { attempt }) => attemptOf(attempt) }],
  ['an empty cookie', { cookie: () => attemptOf('') }],
  ['a cookie that nobody sealed', { cookie: () => attemptOf('1.AAAA.AAAA') }],
  ['a cookie with a letter changed', { cookie: ({ attempt }) => attemptOf(`${attempt.slice(0, -2)}AA`) }],
  ['a cookie of an unknown key', { cookie: ({ attempt }) => attemptOf(attempt.replace(/^\d+/, '99')) }],
  ['the cookie under a name without __Host-', { cookie: ({ attempt }) => `posx_sign_in=${attempt}` }],
  ['no state', { change: () => ({ state: null }) }],
  ['the state of another sign-in', { change: (_, { state }) => ({ state }) }],
  [
    'another sign-in, code and state',
    { change: (_, { url, state }) => ({ state, code: url.searchParams.get('code') }) },
  ],
  ['the cookie on another site', { origin: ({ other }) => other.url }],
  ['the cookie on the platform host', { origin: ({ platform }) => platform }],
  [
    'the code of another sign-in',
    { change: (_, { url }) => ({ code: url.searchParams.get('code') }), refusal: '403 auth.declined' },
  ],
  ['an invented code', { change: () => ({ code: 'a'.repeat(43) }), refusal: '403 auth.declined' }],
  ['no code', { change: () => ({ code: null }) }],
  [
    'a refusal of the provider',
    { change: () => ({ code: null, error: 'access_denied' }), refusal: '403 auth.declined' },
  ],
  ['a refusal and a code', { change: () => ({ error: 'access_denied' }), refusal: '403 auth.declined' }],
  [
    'a fault of the provider',
    { change: () => ({ code: null, error: 'server_error' }), refusal: '503 auth.unavailable' },
  ],
  ['an error that is markup', { change: () => ({ error: '<script>' }), refusal: MALFORMED }],
];

const ends = completions.map(([name, { origin, cookie, change, refusal = STATE }]): Attack<World> => ({
  name,
  place: 'GET /auth/complete',
  refusal,
  also: staysHere,
  request: async (world) => {
    const [mine, theirs] = [await ready(world.gated.url, 'complete'), await ready(world.gated.url, 'complete')];
    const sent = (cookie ?? (({ attempt }: Ready) => attemptOf(attempt)))(mine, theirs);
    const path = withParameters(mine.url, change?.(mine, theirs) ?? {});
    return ask(
      'GET',
      (origin ?? (({ gated }: World) => gated.url))(world),
      path,
      sent === null ? {} : { cookie: sent },
    );
  },
}));

const replay: Attack<World> = {
  name: 'a sign-in that was completed, again',
  place: 'GET /auth/complete',
  refusal: '403 auth.declined',
  also: staysHere,
  request: async ({ gated }) => {
    const { url, attempt } = await ready(gated.url, 'complete');
    const request = ask('GET', gated.url, withParameters(url, {}), { cookie: attemptOf(attempt) });
    const first = await sendWire(Number(url.port), request);
    if (first.status !== 303) throw new Error(`the sign-in was answered ${first.status}`);
    return request;
  },
};

/** Signing in at Auth0: who may begin, come back, and end. */
export const auth0: Family<World> = {
  name: 'auth0',
  attacks: [
    ...openRedirects,
    ...queries.map(([name, query, refusal]): Attack<World> => ({
      name,
      place: 'GET /auth/login',
      refusal,
      also: staysHere,
      request: (world) => begin(world, query),
    })),
    ...callbacks,
    ...genuine,
    ...arrivals,
    ...ends,
    replay,
  ],
  controls: [
    {
      name: 'a path of the site to return to',
      place: 'GET /auth/login',
      status: 303,
      request: (world) => begin(world, { return_to: '/orders?page=2#top' }),
    },
    {
      name: 'the callback as it came',
      place: 'GET /auth/callback',
      status: 303,
      request: async ({ gated, platform }) =>
        ask('GET', platform, withParameters((await ready(gated.url, 'callback')).url, {})),
    },
    {
      name: 'the sign-in as it came',
      place: 'GET /auth/complete',
      status: 303,
      request: async ({ gated }) => {
        const { url, attempt } = await ready(gated.url, 'complete');
        return ask('GET', gated.url, withParameters(url, {}), { cookie: attemptOf(attempt) });
      },
    },
  ],
};
