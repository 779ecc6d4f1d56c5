import { base64url } from 'jose';
import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import { open, seal } from '../../domain/secret/cipher.ts';
import { sha256Hex } from '../auth/hash.ts';
import type { Env } from '../env.ts';
import { dataKeys } from '../secret.ts';
import { SIGN_IN_MINUTES } from './state.ts';

/** Holds a sign-in that is under way, on the host that began it. */
export const ATTEMPT_COOKIE = '__Host-posx_sign_in';

const shape = z.strictObject({
  /** The Auth0 client it was begun with. */
  clientId: z.string(),
  /** PKCE's secret half. */
  verifier: z.string(),
  nonce: z.string(),
  /** A path of the site. */
  returnTo: z.string(),
  /** In which language somebody new is spoken to. */
  locale: z.string().nullable(),
  /** Real time, in milliseconds. */
  beganAt: z.number(),
  /** Whether the person must have proved who they are since `beganAt`, not some time ago. */
  fresh: z.boolean(),
  /** Hash of the session whose account the identity is to be joined to. */
  join: z.string().nullable(),
});

/** A sign-in that is under way. */
export type Attempt = z.infer<typeof shape>;

/** 256 random bits, in base64url: verifier and nonce. */
export const randomText = (): string => base64url.encode(crypto.getRandomValues(new Uint8Array(32)));

/**
 * Seals an attempt for the cookie. Its place is the host and the hash of the state: it opens on no other host and with no
 * other state, so whoever completes a sign-in is the browser that began it.
 */
export async function sealAttempt(env: Env, host: string, state: string, attempt: Attempt): Promise<string> {
  return seal(await dataKeys(env), await placeOf(host, state), JSON.stringify(attempt));
}

/** @throws DomainError `auth.state_invalid` when cookie and state do not belong together, to this host, or are too old */
export async function openAttempt(env: Env, host: string, state: string, sealed: string): Promise<Attempt> {
  const text = await open(await dataKeys(env), await placeOf(host, state), sealed).catch((error: unknown) => {
    throw new DomainError('auth.state_invalid', { cause: error });
  });
  const attempt = shape.parse(JSON.parse(text));
  if (attempt.beganAt + SIGN_IN_MINUTES * 60_000 <= Date.now()) throw new DomainError('auth.state_invalid');
  return attempt;
}

const placeOf = async (host: string, state: string) => ({
  ...{ table: 'cookie', column: ATTEMPT_COOKIE },
  ...{ siteId: host, rowId: await sha256Hex(state) },
});
