import { randomUUID } from 'node:crypto';
import { ask, type AskOptions } from '../ask.ts';
import type { Attack, Control, Family, Refusal } from '../attack.ts';
import type { WireAnswer } from '../wire.ts';
import { forge, type Twist } from './token.ts';
import { claimTwists } from './token_claim.ts';
import { headerTwists } from './token_header.ts';
import { sessionOf, type World } from './world.ts';

const INVALID: Refusal = '401 auth.token_invalid';
const SIGN_IN: Refusal = '401 auth.required';
const SCOPE: Refusal = '403 auth.scope';
const NOTHING: Refusal = '404 request.not_found';

/** Somebody honest with a token, and what it opens. */
interface Door {
  place: string;
  token: (world: World, twist?: Twist) => string;
  send: (world: World, headers: AskOptions['headers'], options?: AskOptions) => ReturnType<typeof ask>;
}

const person: Door = {
  place: 'GET /me',
  token: ({ issuer, person: honest }, twist) => forge(issuer, honest, twist),
  send: ({ site }, headers = [], options = {}) => ask('GET', site.url, '/me', { ...options, headers }),
};

const program: Door = {
  place: 'GET /admin/{site}/orders',
  token: ({ issuer, program: honest }, twist) => forge(issuer, honest, twist),
  send: ({ site, platform }, headers = [], options = {}) =>
    ask('GET', platform, `/admin/${site.code}/orders`, { ...options, headers }),
};

const bearer = (token: string): [string, string] => ['Authorization', `Bearer ${token}`];

/** Whoever is refused is told so as RFC 6750 says, and in the same words whatever was wrong. */
const inOneVoice = ({ headers, text }: WireAnswer): string | null => {
  if (headers['www-authenticate'] !== 'Bearer error="invalid_token"')
    return `challenged with ${headers['www-authenticate'] ?? 'nothing'}`;
  return text.includes('"The access token is not valid."') ? null : `said ${text}`;
};

const ladder = ({ place, token, send }: Door): Attack<World>[] =>
  [...headerTwists.map(([name, twist]): [string, () => Twist] => [name, () => twist]), ...claimTwists].map(
    ([name, twist]) => ({
      name: `a token with ${name}`,
      place,
      refusal: INVALID,
      also: inOneVoice,
      request: (world) => send(world, [bearer(token(world, twist()))]),
    }),
  );

/** What stands in the header around the token. */
const headers = ({ place, token, send }: Door): Attack<World>[] => {
  const written: [string, (token: string) => [string, string][]][] = [
    ['the word Bearer alone', () => [['Authorization', 'Bearer']]],
    ['no scheme', (text) => [['Authorization', text]]],
    ['the scheme Basic', (text) => [['Authorization', `Basic ${text}`]]],
    ['the scheme Token', (text) => [['Authorization', `Token ${text}`]]],
    ['the scheme DPoP', (text) => [['Authorization', `DPoP ${text}`]]],
    ['a colon after the scheme', (text) => [['Authorization', `Bearer: ${text}`]]],
    ['a tab after the scheme', (text) => [['Authorization', `Bearer\t${text}`]]],
    ['a word after it', (text) => [['Authorization', `Bearer ${text} more`]]],
    ['quotation marks', (text) => [['Authorization', `Bearer "${text}"`]]],
    ['another after a comma', (text) => [['Authorization', `Bearer ${text}, Bearer ${text}`]]],
    ['another in a second line', (text) => [bearer(text), bearer(text)]],
    ['a bad one in a line before', (text) => [bearer('a.b.c'), bearer(text)]],
  ];
  return written.map(([name, lines]) => ({
    name: `a good token with ${name}`,
    place,
    refusal: INVALID,
    request: (world) => send(world, lines(token(world))),
  }));
};

/** Tokens in places where nobody reads them: in addresses they would end up in logs. */
const astray: Attack<World>[] = [
  ['in the address', (): AskOptions => ({}), (token: string) => `?access_token=${token}`] as const,
  ['in a cookie', (token: string): AskOptions => ({ cookie: `access_token=${token}` }), () => ''] as const,
  [
    'in X-Authorization',
    (token: string): AskOptions => ({ headers: [['X-Authorization', `Bearer ${token}`]] }),
    () => '',
  ] as const,
].map(([name, options, query]) => ({
  name: `a good token ${name}`,
  place: person.place,
  refusal: SIGN_IN,
  request: (world: World) =>
    ask('GET', world.site.url, `/me${query(person.token(world))}`, options(person.token(world))),
}));

const both: Attack<World>[] = [
  {
    name: 'a good token and a session at once',
    place: person.place,
    refusal: '400 auth.ambiguous',
    request: (world) => person.send(world, [bearer(person.token(world))], { cookie: sessionOf(world.tokens.buyer) }),
  },
  {
    name: 'a bad token and a session at once',
    place: person.place,
    refusal: '400 auth.ambiguous',
    request: (world) => person.send(world, [bearer('a.b.c')], { cookie: sessionOf(world.tokens.buyer) }),
  },
  {
    name: 'a program’s token and an operator’s session at once',
    place: program.place,
    refusal: '400 auth.ambiguous',
    request: (world) => program.send(world, [bearer(program.token(world))], { cookie: sessionOf(world.tokens.owner) }),
  },
];

const people: Attack<World>[] = [
  {
    name: 'a token on a site that has neither client nor API of its own, though the person is known there',
    place: 'GET /me, another site',
    refusal: SIGN_IN,
    request: (world) => ask('GET', world.other.url, '/me', { headers: [bearer(person.token(world))] }),
  },
  {
    name: 'a token that any other client of the tenant got for the asking',
    place: person.place,
    refusal: SIGN_IN,
    request: (world) => person.send(world, [bearer(person.token(world, { claims: { azp: 'somebody’s app' } }))]),
  },
  {
    name: 'a token of somebody the site does not know',
    place: person.place,
    refusal: SIGN_IN,
    request: (world) => person.send(world, [bearer(person.token(world, { claims: { sub: 'auth0|nobody' } }))]),
  },
  {
    name: 'a person’s token on the platform host',
    place: 'GET /me, platform',
    refusal: INVALID,
    request: (world) => ask('GET', world.platform, '/me', { headers: [bearer(person.token(world))] }),
  },
  {
    name: 'a person’s token for an operator’s route',
    place: program.place,
    refusal: INVALID,
    request: (world) => program.send(world, [bearer(person.token(world))]),
  },
];

const reach = (
  name: string,
  place: string,
  refusal: Refusal,
  request: (world: World, token: string) => ReturnType<typeof ask>,
): Attack<World> => ({
  name: `a program’s token ${name}`,
  place,
  refusal,
  request: (world) => request(world, program.token(world)),
});

const withScope = (name: string, scope: string): Attack<World> => ({
  name: `a program’s token ${name}`,
  place: program.place,
  refusal: SCOPE,
  request: (world) => program.send(world, [bearer(program.token(world, { claims: { scope } }))]),
});

const programs: Attack<World>[] = [
  reach('for another site', 'GET /admin/{site}/orders, another site', NOTHING, ({ platform, other }, token) =>
    ask('GET', platform, `/admin/${other.code}/orders`, { headers: [bearer(token)] }),
  ),
  reach('for a site that does not exist', 'GET /admin/{site}/orders, no site', NOTHING, ({ platform }, token) =>
    ask('GET', platform, '/admin/tnowhere/orders', { headers: [bearer(token)] }),
  ),
  reach('for the platform’s own site', 'GET /admin/{site}/orders, the platform', NOTHING, ({ platform }, token) =>
    ask('GET', platform, '/admin/platform/orders', { headers: [bearer(token)] }),
  ),
  reach('for a write', 'POST /admin/{site}/releases/approve', SCOPE, ({ platform, site }, token) =>
    ask('POST', platform, `/admin/${site.code}/releases/approve`, {
      headers: [bearer(token)],
      body: { release_ids: [randomUUID()] },
    }),
  ),
  reach('for a read that the site did not grant', 'GET /admin/{site}/releases', SCOPE, ({ platform, site }, token) =>
    ask('GET', platform, `/admin/${site.code}/releases`, { headers: [bearer(token)] }),
  ),
  reach('on a site host', 'GET /me', SCOPE, ({ site }, token) =>
    ask('GET', site.url, '/me', { headers: [bearer(token)] }),
  ),
  reach('for an order', 'POST /orders', SCOPE, ({ site }, token) =>
    ask('POST', site.url, '/orders', { headers: [bearer(token), ['Idempotency-Key', randomUUID()]], body: {} }),
  ),
  reach('for an account on the platform host', 'GET /me, platform', SCOPE, ({ platform }, token) =>
    ask('GET', platform, '/me', { headers: [bearer(token)] }),
  ),
  withScope('without any scope', ''),
  withScope('with another scope', 'read:tiers'),
  withScope('with a longer scope', 'read:orders:all'),
  withScope('with the scope in upper case', 'READ:ORDERS'),
  withScope('with two scopes in one word', 'read:orders,read:allocations'),
  {
    name: 'a token of a program that the site does not know',
    place: program.place,
    refusal: NOTHING,
    request: (world) =>
      program.send(world, [bearer(program.token(world, { claims: { azp: 'nobody', sub: 'nobody@clients' } }))]),
  },
  {
    name: 'a token of a program whose grant was ended',
    place: program.place,
    refusal: NOTHING,
    request: (world) =>
      program.send(world, [
        bearer(program.token(world, { claims: { azp: world.formerProgram, sub: `${world.formerProgram}@clients` } })),
      ]),
  },
];

const controls: Control<World>[] = [person, program].flatMap(({ place, token, send }) => [
  { name: 'the token as it is', place, status: 200, request: (world: World) => send(world, [bearer(token(world))]) },
  {
    name: 'the scheme in lower case',
    place,
    status: 200,
    request: (world: World) => send(world, [['authorization', `bearer ${token(world)}`]]),
  },
]);

export const bearerTokens: Family<World> = {
  name: 'tokens: verification',
  attacks: [...ladder(person), ...ladder(program), ...headers(person), ...headers(program)],
  controls,
};

export const tokenReach: Family<World> = {
  name: 'tokens: reach',
  attacks: [...astray, ...both, ...people, ...programs],
};
