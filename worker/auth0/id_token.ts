import { errors, jwtVerify, type JWTVerifyOptions } from 'jose';
import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import type { Env } from '../env.ts';
import { signingKey, type Later } from '../token/keys.ts';

/** Whom Auth0 vouches for. */
export interface Identity {
  /** Auth0's id of the person. */
  subject: string;
  /** In lower case; null when Auth0 tells none. */
  email: string | null;
  emailVerified: boolean;
}

/** What an ID token must agree with. */
export interface Expected {
  clientId: string;
  /** That of the sign-in; undefined for one that a refresh brought. */
  nonce?: string;
  /** The person must have proved who they are no longer ago than this: real time, milliseconds. */
  authenticatedSince?: number;
}

/** How far Auth0's clock may be from ours. */
const SKEW_SECONDS = 60;

const claims = z.object({
  sub: z.string().min(1).max(255),
  nonce: z.string().optional(),
  azp: z.string().optional(),
  auth_time: z.number().optional(),
  email: z.string().max(254).optional(),
  email_verified: z.boolean().optional(),
});

/**
 * Checks an ID token: signed RS256 by a key of the issuer, issued by exactly this issuer for exactly this client, just
 * now, and for this very sign-in.
 *
 * @throws DomainError `auth.declined` when it is not what was asked for, `auth.unavailable` when the issuer's keys cannot
 * be had
 */
export async function verifyIdToken(env: Env, token: string, expected: Expected, later: Later): Promise<Identity> {
  const options: JWTVerifyOptions = {
    issuer: env.AUTH0_ISSUER,
    audience: expected.clientId,
    algorithms: ['RS256'],
    clockTolerance: SKEW_SECONDS,
    // Also makes jose ask for `iat` and refuse one in the future.
    maxTokenAge: '5 minutes',
    requiredClaims: ['exp', 'sub'],
  };
  const verified = await jwtVerify(
    token,
    async ({ kid = '' }) => {
      const key = await signingKey(env, kid, later);
      if (key === undefined) throw new errors.JWKSNoMatchingKey();
      return key;
    },
    options,
  ).catch((error: unknown) => {
    if (error instanceof errors.JOSEError) throw new DomainError('auth.declined', { cause: error });
    throw error;
  });
  const read = claims.safeParse(verified.payload);
  if (!read.success) throw new DomainError('auth.declined', { cause: read.error });
  const { data } = read;
  const audiences = [verified.payload.aud ?? []].flat();
  if (data.azp === undefined ? audiences.length > 1 : data.azp !== expected.clientId) throw declined('azp');
  if (expected.nonce !== undefined && data.nonce !== expected.nonce) throw declined('nonce');
  if (expected.authenticatedSince !== undefined) {
    const since = expected.authenticatedSince / 1_000 - SKEW_SECONDS;
    if (data.auth_time === undefined || data.auth_time < since) throw declined('auth_time');
  }
  const email = data.email?.toLowerCase() ?? null;
  return { subject: data.sub, email, emailVerified: email !== null && data.email_verified === true };
}

const declined = (claim: string) => new DomainError('auth.declined', { cause: new TypeError(`the claim ${claim}`) });
