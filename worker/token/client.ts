import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import type { Env } from '../env.ts';

const TIMEOUT_MS = 5_000;
const POLL_MS = 25;
/** A token is renewed when this part of its life is over, while the old one still works. */
const EARLY = 0.8;

interface Kept {
  token: string | null;
  refreshAt: number;
  expiresAt: number;
  askedAt: number;
  asking: boolean;
}

const kept = new Map<string, Kept>();

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  token_type: z.literal('Bearer'),
  expires_in: z.number().int().positive(),
});

/** Auth0's own address of the tenant: its Management API answers there, whatever domain people sign in at. */
export const tenantUrl = (env: Env): string => env.AUTH0_TENANT_URL ?? env.AUTH0_ISSUER;

/**
 * Calls one of Auth0's APIs as the platform's own program. The token is kept by this isolate and renewed early; one
 * that is refused is renewed once.
 *
 * @param use makes the call; it must be safe to make again after a 401
 * @throws DomainError `auth.unavailable` when no token can be had; whatever `use` throws
 */
export async function withOwnToken(
  env: Env,
  audience: string,
  use: (token: string) => Promise<Response>,
): Promise<Response> {
  const token = await ownToken(env, audience);
  const answer = await use(token);
  if (answer.status !== 401) return answer;
  await answer.body?.cancel();
  return use(await ownToken(env, audience, token));
}

/** @param refused a token that no longer works: anything else that is kept, or a new one, is answered */
async function ownToken(env: Env, audience: string, refused?: string): Promise<string> {
  const mine = keptOf(env, audience);
  const now = Date.now();
  const valid = mine.token !== null && mine.token !== refused && now < mine.expiresAt ? mine.token : null;
  if (valid !== null && (now < mine.refreshAt || isAsking(mine))) return valid;
  // A promise cannot be shared between requests, so whoever comes while one asks looks for its answer.
  if (isAsking(mine)) while (isAsking(mine)) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  else await ask(env, audience, mine);
  const found = mine.token !== null && mine.token !== refused && Date.now() < mine.expiresAt ? mine.token : null;
  if (found === null) throw new DomainError('auth.unavailable');
  return found;
}

function keptOf(env: Env, audience: string): Kept {
  const name = `${tenantUrl(env)} ${env.AUTH0_MANAGEMENT_CLIENT_ID} ${audience}`;
  const known = kept.get(name) ?? { token: null, refreshAt: 0, expiresAt: 0, askedAt: 0, asking: false };
  kept.set(name, known);
  return known;
}

/** A request that was cut off while it asked never tells the end of it, so the time-out ends it too. */
const isAsking = ({ asking, askedAt }: Kept) => asking && Date.now() - askedAt < TIMEOUT_MS;

/** Never throws: without an answer what was kept stays. */
async function ask(env: Env, audience: string, mine: Kept): Promise<void> {
  mine.asking = true;
  mine.askedAt = Date.now();
  try {
    const answer = await fetch(`${tenantUrl(env)}oauth/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: env.AUTH0_MANAGEMENT_CLIENT_ID,
        client_secret: env.AUTH0_MANAGEMENT_CLIENT_SECRET,
        audience,
      }),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok) {
      await answer.body?.cancel();
      return;
    }
    const { access_token: token, expires_in: seconds } = tokenAnswer.parse(await answer.json());
    mine.token = token;
    mine.refreshAt = mine.askedAt + seconds * 1_000 * EARLY;
    mine.expiresAt = mine.askedAt + seconds * 1_000;
  } catch {
    // Unreachable, late or not what a token endpoint answers: who needs a token now is told so.
  } finally {
    mine.asking = false;
  }
}
