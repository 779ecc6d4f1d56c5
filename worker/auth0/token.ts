import { z } from 'zod';
import type { Env } from '../env.ts';
import type { Auth0Client } from './client.ts';

const TIMEOUT_MS = 5_000;

const granted = z.object({ id_token: z.string(), refresh_token: z.string() });
const refused = z.object({ error: z.string() });

/**
 * What asking the token endpoint came to:
 *
 * - `granted`: tokens
 * - `refused`: Auth0 says no, and will say so again
 * - `unknown`: no answer, or one that tells of a fault or of our own settings. What was asked may have been done.
 */
export type TokenAnswer =
  | { readonly outcome: 'granted'; readonly idToken: string; readonly refreshToken: string }
  | { readonly outcome: 'refused' | 'unknown'; readonly error: string };

/** Redeems a code. Never tried again: a code is good once, and a second use ends what the first one brought. */
export const redeemCode = (
  env: Env,
  client: Auth0Client,
  code: { code: string; verifier: string; redirectUri: string },
): Promise<TokenAnswer> =>
  ask(env, client, {
    grant_type: 'authorization_code',
    code: code.code,
    code_verifier: code.verifier,
    redirect_uri: code.redirectUri,
  });

/** Exchanges a refresh token for the next one. */
export const refreshTokens = (env: Env, client: Auth0Client, token: string): Promise<TokenAnswer> =>
  ask(env, client, { grant_type: 'refresh_token', refresh_token: token });

/** Ends a refresh token. Whether that worked is not asked: nobody holds it any more. */
export async function revokeToken(env: Env, client: Auth0Client, token: string): Promise<void> {
  await send(env, client, 'oauth/revoke', { token }).catch(() => undefined);
}

async function ask(env: Env, client: Auth0Client, fields: Record<string, string>): Promise<TokenAnswer> {
  try {
    const answer = await send(env, client, 'oauth/token', fields);
    return classify(answer.status, await answer.json());
  } catch (error) {
    return { outcome: 'unknown', error: error instanceof Error ? error.name : 'unreadable' };
  }
}

/**
 * Reads an answer of the token endpoint. 401 speaks of our own credentials and 429 of our own haste: neither says anything
 * about the person.
 */
export function classify(status: number, body: unknown): TokenAnswer {
  const tokens = granted.safeParse(body);
  if (status === 200 && tokens.success) {
    return { outcome: 'granted', idToken: tokens.data.id_token, refreshToken: tokens.data.refresh_token };
  }
  const problem = refused.safeParse(body);
  const error = problem.success ? problem.data.error.slice(0, 50) : `status ${status}`;
  const isRefusal = (status === 403 && problem.success) || (status === 400 && error === 'invalid_grant');
  return { outcome: isRefusal ? 'refused' : 'unknown', error };
}

const send = (env: Env, client: Auth0Client, path: string, fields: Record<string, string>) =>
  fetch(`${env.AUTH0_ISSUER}${path}`, {
    method: 'POST',
    body: new URLSearchParams({ ...fields, client_id: client.id, client_secret: client.secret }),
    redirect: 'manual',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
