import { base64url } from 'jose';
import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import { randomToken } from '../auth/hash.ts';
import type { Env } from '../env.ts';

/** How long a sign-in may take from its beginning to its end. */
export const SIGN_IN_MINUTES = 10;

/** What a state is for: one made for signing out ends no sign-in. */
type Purpose = 'login' | 'logout';

const content = z.strictObject({
  purpose: z.enum(['login', 'logout']),
  /** Where the browser goes back to, with the port where it is not the default one. */
  host: z.string(),
  random: z.string(),
  /** Real time: milliseconds since 1970. */
  expiresAt: z.number(),
});

const encoder = new TextEncoder();

/**
 * Makes the `state` that goes over Auth0 and the platform's host and back: `{content}.{HMAC-SHA256}`, both base64url.
 * It tells the callback which site began, and nobody but us can make one.
 */
export async function signState(env: Env, purpose: Purpose, host: string): Promise<string> {
  const expiresAt = Date.now() + SIGN_IN_MINUTES * 60_000;
  const text = base64url.encode(JSON.stringify({ purpose, host, random: randomToken(), expiresAt }));
  const mac = await crypto.subtle.sign('HMAC', await stateKey(env), encoder.encode(text));
  return `${text}.${base64url.encode(new Uint8Array(mac))}`;
}

/**
 * Reads a state back.
 *
 * @returns the host it was made for
 * @throws DomainError `auth.state_invalid` when it is not ours, not for this purpose, or over
 */
export async function readState(env: Env, purpose: Purpose, state: string): Promise<string> {
  const [text = '', mac = ''] = /^([\w-]+)\.([\w-]{43})$/.exec(state)?.slice(1) ?? [];
  const bytes = Uint8Array.from(base64url.decode(mac));
  const genuine = await crypto.subtle.verify('HMAC', await stateKey(env), bytes, encoder.encode(text));
  if (!genuine) throw new DomainError('auth.state_invalid');
  const read = content.parse(JSON.parse(new TextDecoder().decode(base64url.decode(text))));
  if (read.purpose !== purpose || read.expiresAt <= Date.now()) throw new DomainError('auth.state_invalid');
  return read.host;
}

async function stateKey({ SIGN_IN_KEY }: Env) {
  if (!/^[\da-f]{64}$/i.test(SIGN_IN_KEY)) throw new TypeError('SIGN_IN_KEY must be 64 hexadecimal digits');
  const raw = Uint8Array.from(SIGN_IN_KEY.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  return crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify']);
}
