import { DomainError } from '../../domain/error.ts';
import type { Bearer } from '../../drizzle/transaction.ts';
import type { Env } from '../env.ts';
import type { Later } from './keys.ts';
import { scopeOf } from './scope.ts';
import { verifyAccessToken } from './verify.ts';

/** What a request says about its token, before anything is believed. */
export interface TokenRequest {
  /** The `Authorization` header. */
  authorization: string | undefined;
  /** Whether a session cookie came along. */
  hasSession: boolean;
  method: string;
  path: string;
  /** Whether it came to the platform host. */
  platform: boolean;
}

/**
 * Whom the request's access token speaks for. People use one on site hosts, programs on the platform host and for what
 * scope.ts names; what either may there is for `app.enter` to say, in the transaction the request opens anyway.
 *
 * @returns undefined without a token
 * @throws DomainError `auth.ambiguous`, `auth.token_invalid`, `auth.scope`, `auth.unavailable`
 */
export async function readBearer(env: Env, request: TokenRequest, later: Later): Promise<Bearer | undefined> {
  const { authorization, hasSession, method, path, platform } = request;
  if (authorization === undefined) return undefined;
  if (hasSession) throw new DomainError('auth.ambiguous');
  const token = /^Bearer +([^\s,]+)$/i.exec(authorization)?.[1];
  if (token === undefined) throw new DomainError('auth.token_invalid');
  const verified = await verifyAccessToken(env, token, later);
  if (verified.kind === 'user') {
    if (platform) throw new DomainError('auth.token_invalid');
    return verified;
  }
  const scope = scopeOf(method, path);
  if (!platform || scope === null) throw new DomainError('auth.scope');
  return { kind: 'machine', client: verified.client, scope: verified.scopes.includes(scope) ? scope : null };
}
