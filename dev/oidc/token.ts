import { decodeJwt, errors } from 'jose';
import type { AccessToken, ClientCredentials, JWTStructured, KoaContextWithOIDC } from 'oidc-provider';

/**
 * Gives an access token what Auth0's have: a machine's subject ends in `@clients`; a person's names the userinfo
 * endpoint as a second audience, and the scopes of the login beside those of the API.
 */
export function completeAccessToken(
  ctx: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
  { payload }: JWTStructured,
): void {
  if (token.kind === 'ClientCredentials') {
    payload['sub'] = `${token.clientId ?? ''}@clients`;
    return;
  }
  const { AuthorizationCode, RefreshToken } = ctx.oidc.entities;
  const granted = (RefreshToken ?? AuthorizationCode)?.scopes ?? new Set<string>();
  payload['scope'] = [...granted].join(' ');
  if (granted.has('openid')) payload['aud'] = [token.aud, `${ctx.oidc.issuer}userinfo`];
}

const STATUS = new Map([
  ['invalid_grant', 403],
  ['access_denied', 403],
]);

/**
 * The token endpoint's answer with Auth0's own status codes and words. The standard wants 400 where Auth0 answers
 * 403, and `invalid_client` where Auth0 says `access_denied`.
 *
 * @param body what oidc-provider answers
 */
export function toAuth0Answer(status: number, body: unknown): { status: number; body: unknown } {
  if (typeof body !== 'object' || body === null) return { status, body };
  if ('access_token' in body) return { status, body: { ...body, ...scopeOf(String(body.access_token)) } };
  if (!('error' in body)) return { status, body };
  if (body.error === 'invalid_client')
    return { status: 401, body: { error: 'access_denied', error_description: 'Unauthorized' } };
  return { status: STATUS.get(String(body.error)) ?? status, body };
}

/** The scopes of an access token; an opaque one does not tell. */
function scopeOf(token: string): { scope?: string } {
  try {
    const { scope } = decodeJwt(token);
    return typeof scope === 'string' ? { scope } : {};
  } catch (error) {
    if (error instanceof errors.JWTInvalid) return {};
    throw error;
  }
}
