import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Env } from '../env.ts';
import { readState, signState } from './state.ts';

const env = { SIGN_IN_KEY: '5a'.repeat(32) } as Env;
const refused = { code: 'auth.state_invalid' };

beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-11-22T10:00:00Z') }));
afterEach(() => vi.useRealTimers());

it('comes back as it went, and is never the same twice', async () => {
  const state = await signState(env, 'login', 'na.localhost:8787');
  expect(await readState(env, 'login', state)).toBe('na.localhost:8787');
  expect(await signState(env, 'login', 'na.localhost:8787')).not.toBe(state);
});

it('is refused once a single character was changed, or with another key', async () => {
  const state = await signState(env, 'login', 'na.localhost:8787');
  for (let at = 0; at < state.length; at += 1) {
    const changed = `${state.slice(0, at)}${state[at] === 'A' ? 'B' : 'A'}${state.slice(at + 1)}`;
    // The last character of a base64url text has bits that say nothing.
    if (at === state.length - 1) continue;
    await expect(readState(env, 'login', changed), changed).rejects.toMatchObject(refused);
  }
  const [text = ''] = state.split('.');
  for (const wrong of [
    '',
    '.',
    text,
    `${text}.`,
    `.${state.split('.')[1] ?? ''}`,
    `${state}A`,
    `${text}.${'A'.repeat(43)}`,
  ]) {
    await expect(readState(env, 'login', wrong), wrong).rejects.toMatchObject(refused);
  }
  await expect(readState({ SIGN_IN_KEY: '5b'.repeat(32) } as Env, 'login', state)).rejects.toMatchObject(refused);
});

it('serves its purpose alone, for ten minutes', async () => {
  const state = await signState(env, 'logout', 'na.localhost');
  await expect(readState(env, 'login', state)).rejects.toMatchObject(refused);
  vi.setSystemTime(Date.now() + 599_999);
  expect(await readState(env, 'logout', state)).toBe('na.localhost');
  vi.setSystemTime(Date.now() + 1);
  await expect(readState(env, 'logout', state)).rejects.toMatchObject(refused);
});

it('needs a real key', async () => {
  for (const SIGN_IN_KEY of ['', 'short', 'zz'.repeat(32)]) {
    await expect(signState({ SIGN_IN_KEY } as Env, 'login', 'a')).rejects.toThrow(TypeError);
  }
});
