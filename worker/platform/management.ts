import { z } from 'zod';
import type { Env } from '../env.ts';
import { tenantUrl, withOwnToken } from '../token/client.ts';

const TIMEOUT_MS = 5_000;

/** What came of a call: Auth0 did it, said no for good, knows nobody of that name, or it is not known. */
export type Blocking = 'done' | 'refused' | 'unknown_user' | 'unclear';

const person = z.object({ user_id: z.string(), blocked: z.boolean().default(false) });

/**
 * Blocks or unblocks somebody at Auth0. Where the answer is lost, the person is read back instead of asking twice.
 *
 * @param subject as tokens name the person, e.g. `auth0|5f7c8ec7`
 * @returns `unclear` when not even reading back told what came of it
 */
export async function setBlocked(env: Env, subject: string, blocked: boolean): Promise<Blocking> {
  const outcome = await tell(env, subject, blocked);
  if (outcome !== 'unclear') return outcome;
  const found = await ask(env, subject);
  if (found?.status === 404) return 'unknown_user';
  return (await blockedOf(found)) === blocked ? 'done' : 'unclear';
}

async function tell(env: Env, subject: string, blocked: boolean): Promise<Blocking> {
  const answer = await ask(env, subject, JSON.stringify({ blocked }));
  if (answer === null || answer.status >= 500) return 'unclear';
  if (answer.status === 404) return 'unknown_user';
  if (!answer.ok) return 'refused';
  return (await blockedOf(answer)) === blocked ? 'done' : 'unclear';
}

/** Reads the person, or changes what a body says. @returns null when nothing came back */
async function ask(env: Env, subject: string, body?: string): Promise<Response | null> {
  const api = `${tenantUrl(env)}api/v2/`;
  try {
    return await withOwnToken(env, api, (token) =>
      fetch(`${api}users/${encodeURIComponent(subject)}`, {
        method: body === undefined ? 'GET' : 'PATCH',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body }),
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }),
    );
  } catch {
    return null;
  }
}

async function blockedOf(answer: Response | null): Promise<boolean | null> {
  if (answer?.ok !== true) return null;
  try {
    return person.parse(await answer.json()).blocked;
  } catch {
    return null;
  }
}
