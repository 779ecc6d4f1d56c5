import { z } from 'zod';
import { open, seal } from '../../domain/secret/cipher.ts';
import type { Env } from '../env.ts';
import { dataKeys } from '../secret.ts';

const shape = z.strictObject({ client: z.string(), token: z.string() });

/** A refresh token with the id of the Auth0 client it belongs to: no other client can use it. */
export type RefreshToken = z.infer<typeof shape>;

const placeOf = (siteId: string, sessionId: string) => ({
  ...{ table: 'sessions', column: 'refresh_token' },
  ...{ siteId, rowId: sessionId },
});

/** Seals a refresh token for the row of a session. */
export async function sealRefreshToken(
  env: Env,
  siteId: string,
  sessionId: string,
  { client, token }: RefreshToken,
): Promise<string> {
  return seal(await dataKeys(env), placeOf(siteId, sessionId), JSON.stringify({ client, token }));
}

/** Opens the refresh token of a session's row. @throws DomainError `secret.unreadable` */
export async function openRefreshToken(
  env: Env,
  siteId: string,
  sessionId: string,
  sealed: string,
): Promise<RefreshToken> {
  return shape.parse(JSON.parse(await open(await dataKeys(env), placeOf(siteId, sessionId), sealed)));
}
