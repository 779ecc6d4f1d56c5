import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, test, vi } from 'vitest';
import { DomainError } from '../../domain/error.ts';
import type { Env } from '../env.ts';
import { verifyAccessToken, type Rung } from './verify.ts';

const NOW = 1_795_428_000;
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', use: 'sig', alg: 'RS256' };
const env = {
  AUTH0_ISSUER: 'https://verify.test/',
  AUTH0_AUDIENCE: 'https://api.test/',
  AUTH0_SITE_AUDIENCES: 'https://own.test/',
  AUTH0_JWKS: JSON.stringify({ keys: [jwk] }),
} as Env;

const HEADER = { alg: 'RS256', typ: 'at+jwt', kid: 'k1' };
const USER = {
  iss: env.AUTH0_ISSUER,
  aud: ['https://api.test/', 'https://verify.test/userinfo'],
  sub: 'auth0|ann',
  azp: 'web',
  scope: 'openid email',
  iat: NOW - 10,
  exp: NOW + 900,
};
const MACHINE = { ...USER, aud: 'https://api.test/', sub: 'm1@clients', azp: 'm1', scope: 'read:orders read:tiers' };

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
/** Signs whatever it is given, as its holder's own signing key would. */
const forge = (header: unknown, payload: unknown) => {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${sign('sha256', Buffer.from(input), privateKey).toString('base64url')}`;
};
const verify = (token: string) => verifyAccessToken(env, token, () => undefined);

async function rungOf(token: string): Promise<string> {
  try {
    await verify(token);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof DomainError) || error.code !== 'auth.token_invalid') throw error;
    expect(error.extra).toBeUndefined();
    return error.cause instanceof Error ? error.cause.message : '';
  }
}

beforeAll(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW * 1_000 });
  vi.stubGlobal('fetch', () => Promise.resolve(new Response(env.AUTH0_JWKS)));
});
afterAll(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('a token of a person and of a program say whom they speak for', async () => {
  const { sub: subject, azp: client, aud: audience } = USER;
  expect(await verify(forge(HEADER, USER))).toEqual({ kind: 'user', subject, client, audience });
  expect(await verify(forge({ ...HEADER, typ: 'JWT' }, { ...USER, aud: 'https://own.test/' }))).toMatchObject({
    audience: ['https://own.test/'],
  });
  const program = { kind: 'machine', client: 'm1', scopes: ['read:orders', 'read:tiers'] };
  expect(await verify(forge(HEADER, MACHINE))).toEqual(program);
  // The profile of RFC 9068 names the client differently.
  const { azp: client_id, ...others } = MACHINE;
  expect(await verify(forge(HEADER, { ...others, client_id }))).toEqual(program);
});

const good = forge(HEADER, USER);
const [header = '', payload = '', signature = ''] = good.split('.');
const withHeader = (change: Record<string, unknown>) => forge({ ...HEADER, ...change }, USER);
const withClaims = (change: Record<string, unknown>) => forge(HEADER, { ...USER, ...change });
const hs256 = (() => {
  const input = `${encode({ ...HEADER, alg: 'HS256' })}.${payload}`;
  const secret = publicKey.export({ type: 'spki', format: 'pem' });
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
})();

const REFUSED: readonly (readonly [Rung, Readonly<Record<string, string>>])[] = [
  ['size', { 'over 8 KiB': `${header}.${'a'.repeat(8_192)}.${signature}` }],
  [
    'parts',
    {
      empty: '',
      'two parts': `${header}.${payload}`,
      'four parts': `${good}.x`,
      'five parts, an encrypted one': `${good}.x.y`,
      'no signature': `${header}.${payload}.`,
      padded: `${header}=.${payload}.${signature}`,
      'with a line break': `${good}\n`,
      'with base64 of the other alphabet': `${header}.${payload}.+/`,
    },
  ],
  ['header', { 'no JSON': forge('{', USER), 'an array': forge([], USER), 'a text': forge('"x"', USER) }],
  [
    'algorithm',
    {
      none: withHeader({ alg: 'none' }),
      None: withHeader({ alg: 'None' }),
      NONE: withHeader({ alg: 'NONE' }),
      absent: withHeader({ alg: undefined }),
      'lower case': withHeader({ alg: 'rs256' }),
      'with a space': withHeader({ alg: 'RS256 ' }),
      RS512: withHeader({ alg: 'RS512' }),
      PS256: withHeader({ alg: 'PS256' }),
      ES256: withHeader({ alg: 'ES256' }),
      'a list': withHeader({ alg: ['RS256'] }),
      'HS256 with the public key as its secret': hs256,
    },
  ],
  ['type', { absent: withHeader({ typ: undefined }), 'a logout token': withHeader({ typ: 'logout+jwt' }) }],
  [
    'extensions',
    {
      crit: withHeader({ crit: ['exp'] }),
      'crit, empty': withHeader({ crit: [] }),
      b64: withHeader({ b64: false }),
      zip: withHeader({ zip: 'DEF' }),
    },
  ],
  [
    'embedded key',
    {
      jku: withHeader({ jku: 'https://evil.test/jwks.json' }),
      jwk: withHeader({ jwk }),
      x5u: withHeader({ x5u: 'https://evil.test/' }),
      x5c: withHeader({ x5c: ['AA'] }),
    },
  ],
  [
    'key id',
    {
      absent: withHeader({ kid: undefined }),
      empty: withHeader({ kid: '' }),
      'a number': withHeader({ kid: 1 }),
      long: withHeader({ kid: 'k'.repeat(129) }),
    },
  ],
  [
    'signature',
    {
      'of another payload': `${header}.${encode({ ...USER, sub: 'auth0|eve' })}.${signature}`,
      'of another header': `${encode({ ...HEADER, more: 1 })}.${payload}.${signature}`,
      cut: `${header}.${payload}.${signature.slice(0, -4)}`,
    },
  ],
  ['payload', { 'no JSON': forge(HEADER, '{'), 'an array': forge(HEADER, []), 'no object': forge(HEADER, 'null') }],
  [
    'issuer',
    {
      absent: withClaims({ iss: undefined }),
      'without the slash': withClaims({ iss: 'https://verify.test' }),
      another: withClaims({ iss: 'https://evil.test/' }),
      'a list': withClaims({ iss: [env.AUTH0_ISSUER] }),
    },
  ],
  [
    'audience',
    {
      absent: withClaims({ aud: undefined }),
      another: withClaims({ aud: 'https://other.test/' }),
      'the client, as in an ID token': withClaims({ aud: 'web' }),
      'a part of ours': withClaims({ aud: 'https://api.test' }),
      'an empty list': withClaims({ aud: [] }),
      'a list with a number': withClaims({ aud: ['https://api.test/', 1] }),
    },
  ],
  [
    'purpose',
    {
      'an ID token': withClaims({ nonce: 'n' }),
      'an ID token beside an access token': withClaims({ at_hash: 'h' }),
      'a logout token': withClaims({ events: {} }),
      'one bound to a key': withClaims({ cnf: { jkt: 'x' } }),
    },
  ],
  [
    'times',
    {
      'no exp': withClaims({ exp: undefined }),
      'no iat': withClaims({ iat: undefined }),
      'exp as a text': withClaims({ exp: String(NOW + 900) }),
      'exp negative': withClaims({ exp: -1 }),
      'exp with a fraction': withClaims({ exp: NOW + 0.5 }),
      'exp beyond safe integers': forge(HEADER, JSON.stringify(USER).replace(String(USER.exp), '1e308')),
      'exp beyond numbers': forge(HEADER, JSON.stringify(USER).replace(String(USER.exp), '1e999')),
      'nbf null': withClaims({ nbf: null }),
      'iat true': withClaims({ iat: true }),
    },
  ],
  [
    'expired',
    { 'at this second': withClaims({ exp: NOW }), 'long ago': withClaims({ iat: NOW - 1_000, exp: NOW - 100 }) },
  ],
  ['early', { iat: withClaims({ iat: NOW + 61 }), nbf: withClaims({ nbf: NOW + 61 }) }],
  ['lifetime', { 'of more than a day': withClaims({ exp: NOW - 10 + 86_401 }) }],
  [
    'client',
    {
      absent: withClaims({ azp: undefined }),
      'two that differ': withClaims({ client_id: 'other' }),
      'a list': withClaims({ azp: ['web'] }),
    },
  ],
  [
    'subject',
    {
      absent: withClaims({ sub: undefined }),
      empty: withClaims({ sub: '' }),
      'a program in another one’s name': withClaims({ sub: 'm1@clients' }),
      'a person by client credentials': withClaims({ gty: 'client-credentials' }),
      'no scope': withClaims({ scope: undefined }),
      'a list of scopes': withClaims({ scope: ['openid'] }),
    },
  ],
];

describe.each(REFUSED)('refused at its %s', (rung, tokens) => {
  it.each(Object.entries(tokens))('%s', async (_, token) => expect(await rungOf(token)).toBe(rung));
});

test('a key id the issuer does not know is refused once the issuer said so', async () => {
  expect(await rungOf(withHeader({ kid: '../../k1' }))).toBe('key');
});
