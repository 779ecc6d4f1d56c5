import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Env } from '../env.ts';
import { withOwnToken } from './client.ts';

let tenants = 0;
let given = 0;
let away = false;
const asked = vi.fn(() => {
  if (away) return Promise.reject(new TypeError('away'));
  given += 1;
  return Promise.resolve(Response.json({ access_token: `t${given}`, token_type: 'Bearer', expires_in: 1_000 }));
});

beforeEach(() => {
  asked.mockClear();
  given = 0;
  away = false;
  vi.stubGlobal('fetch', asked);
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-22T10:00:00Z') });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const newEnv = () => ({ AUTH0_ISSUER: `https://client${++tenants}.test/`, AUTH0_MANAGEMENT_CLIENT_ID: 'm' }) as Env;
const secondsPass = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1_000);
/** The token a call was made with. */
async function tokenOf(env: Env, status = 200): Promise<string[]> {
  const used: string[] = [];
  await withOwnToken(env, 'https://api.test/', (token) => {
    used.push(token);
    return Promise.resolve(new Response(null, { status }));
  });
  return used;
}

test('a token is asked for once and renewed when four fifths of its life are over', async () => {
  const env = newEnv();
  expect(await tokenOf(env)).toEqual(['t1']);
  secondsPass(799);
  expect(await tokenOf(env)).toEqual(['t1']);
  secondsPass(1);
  expect(await tokenOf(env)).toEqual(['t2']);
});

test('calls at once share one question', async () => {
  const env = newEnv();
  expect(await Promise.all([tokenOf(env), tokenOf(env), tokenOf(env)])).toEqual([['t1'], ['t1'], ['t1']]);
  expect(asked).toHaveBeenCalledTimes(1);
});

test('a refused token is renewed once, and not again', async () => {
  expect(await tokenOf(newEnv(), 401)).toEqual(['t1', 't2']);
});

test('while no new token can be had, the old one works to its end', async () => {
  const env = newEnv();
  await tokenOf(env);
  away = true;
  secondsPass(900);
  expect(await tokenOf(env)).toEqual(['t1']);
  secondsPass(100);
  await expect(tokenOf(env)).rejects.toMatchObject({ code: 'auth.unavailable' });
});
