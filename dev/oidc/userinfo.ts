import { bearerOf, scopesOf, verifyAccessToken } from './bearer.ts';
import { sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import type { Tenant } from './tenant.ts';
import { CLAIMS_BY_SCOPE, claimsOf } from './user.ts';

/**
 * `/userinfo` for access tokens that are JWTs: at Auth0 a token of an API also opens this endpoint, which
 * oidc-provider knows for opaque ones alone.
 */
export async function serveUserinfo(exchange: Exchange, tenant: Tenant): Promise<boolean> {
  if (exchange.url.pathname !== '/userinfo') return false;
  const token = bearerOf(exchange);
  if (token?.split('.').length !== 3) return false;
  const claims = await verifyAccessToken(tenant, token, `${tenant.issuer}userinfo`);
  const user = tenant.users.get(claims?.sub ?? '');
  if (claims === null || user === undefined || user.blocked) {
    return sendJson(exchange, 401, { error: 'invalid_token', error_description: 'Unauthorized' });
  }
  const allowed = scopesOf(claims).flatMap((scope) => CLAIMS_BY_SCOPE[scope] ?? []);
  const shown = Object.entries(claimsOf(user)).filter(([name]) => allowed.includes(name));
  return sendJson(exchange, 200, Object.fromEntries(shown));
}
