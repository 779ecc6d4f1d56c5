import { generateKeyPairSync } from 'node:crypto';
import type { JWK } from 'jose';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Env } from '../env.ts';
import { signingKey } from './keys.ts';

function makeJwk(kid: string, modulusLength = 2_048): JWK {
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength });
  return { ...publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' };
}

const jwks = { first: makeJwk('first'), second: makeJwk('second') };

let issuers = 0;
/** What the issuer answers; null while it is away. */
let published: unknown[] | null;
const asked = vi.fn(() =>
  published === null
    ? Promise.reject(new TypeError('away'))
    : Promise.resolve(new Response(JSON.stringify({ keys: published }))),
);

beforeEach(() => {
  asked.mockClear();
  published = [jwks.first];
  vi.stubGlobal('fetch', asked);
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-22T10:00:00Z') });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** An issuer that nobody asked yet. */
function newEnv(seed?: unknown): Env {
  issuers += 1;
  const AUTH0_ISSUER = `https://login${issuers}.test/`;
  return { AUTH0_ISSUER, ...(seed === undefined ? {} : { AUTH0_JWKS: JSON.stringify(seed) }) } as Env;
}

const none = () => expect.fail('nothing is due');
const secondsPass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);

test('a key is asked for once and then kept', async () => {
  const env = newEnv();
  expect(await signingKey(env, 'first', none)).toMatchObject({ type: 'public' });
  await signingKey(env, 'first', none);
  expect(asked.mock.calls).toEqual([[`${env.AUTH0_ISSUER}.well-known/jwks.json`, expect.anything()]]);
});

test('a seeded isolate need not ask first, and reads again beside the request', async () => {
  const env = newEnv({ keys: [jwks.second] });
  const later: Promise<unknown>[] = [];
  expect(await signingKey(env, 'second', (work) => later.push(work))).toBeDefined();
  await Promise.all(later);
  expect([later.length, asked.mock.calls.length]).toEqual([1, 1]);
  // The issuer no longer has that one.
  expect(await signingKey(env, 'second', none)).toBeUndefined();
});

test('unknown ids ask the issuer once a minute, however many come', async () => {
  const env = newEnv();
  await signingKey(env, 'first', none);
  for (let count = 0; count < 5; count += 1) expect(await signingKey(env, `forged ${count}`, none)).toBeUndefined();
  expect(asked).toHaveBeenCalledTimes(1);
  secondsPass(59);
  published = [jwks.first, jwks.second];
  expect(await signingKey(env, 'second', none)).toBeUndefined();
  secondsPass(1);
  expect(await signingKey(env, 'second', none)).toBeDefined();
  expect(asked).toHaveBeenCalledTimes(2);
});

test('requests that come while one asks wait for its answer and do not ask themselves', async () => {
  const env = newEnv();
  const found = await Promise.all(['first', 'first', 'forged'].map((kid) => signingKey(env, kid, none)));
  expect(found.map((key) => key !== undefined)).toEqual([true, true, false]);
  expect(asked).toHaveBeenCalledTimes(1);
});

test('while the issuer is away, known keys go on working and unknown ones are closed', async () => {
  const env = newEnv();
  await signingKey(env, 'first', none);
  published = null;
  secondsPass(61);
  await expect(signingKey(env, 'second', none)).rejects.toMatchObject({ code: 'auth.unavailable' });
  await expect(signingKey(env, 'third', none)).rejects.toMatchObject({ code: 'auth.unavailable' });
  expect(await signingKey(env, 'first', none)).toBeDefined();
  secondsPass(3_600);
  const later: Promise<unknown>[] = [];
  expect(await signingKey(env, 'first', (work) => later.push(work))).toBeDefined();
  await Promise.all(later);
  expect(await signingKey(env, 'first', none)).toBeDefined();
  expect(asked).toHaveBeenCalledTimes(3);
});

test('an isolate without any key is closed, and tries again after five seconds', async () => {
  const env = newEnv();
  published = null;
  await expect(signingKey(env, 'first', none)).rejects.toMatchObject({ code: 'auth.unavailable', retry: true });
  published = [jwks.first];
  await expect(signingKey(env, 'first', none)).rejects.toMatchObject({ code: 'auth.unavailable' });
  secondsPass(5);
  expect(await signingKey(env, 'first', none)).toBeDefined();
});

test('an answer without keys takes none away', async () => {
  const env = newEnv();
  await signingKey(env, 'first', none);
  published = [];
  secondsPass(601);
  const later: Promise<unknown>[] = [];
  await signingKey(env, 'first', (work) => later.push(work));
  await Promise.all(later);
  expect(await signingKey(env, 'first', none)).toBeDefined();
});

test('only RSA keys of 2048 bits or more that sign RS256 count', async () => {
  const { first } = jwks;
  published = [
    first,
    makeJwk('short', 1_024),
    { ...first, kid: 'for encryption', use: 'enc' },
    { ...first, kid: 'of any use', use: undefined },
    { ...first, kid: 'another algorithm', alg: 'RS512' },
    { ...first, kid: 'broken', n: '!' },
    { kty: 'oct', kid: 'secret', use: 'sig', alg: 'RS256', k: first.n },
    { ...first, kid: 7 },
    null,
  ];
  const env = newEnv();
  const kids = ['short', 'for encryption', 'of any use', 'another algorithm', 'broken', 'secret', '7', ''];
  expect(await signingKey(env, 'first', none)).toBeDefined();
  for (const kid of kids) expect([kid, await signingKey(env, kid, none)]).toEqual([kid, undefined]);
});
