import { bearerOf, scopesOf, verifyAccessToken } from './bearer.ts';
import { readFields, sendJson } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { managementAudience } from './tenant.ts';
import type { Tenant } from './tenant.ts';
import { setBlocked } from './user.ts';

const PREFIX = '/api/v2/';
const SCOPE: Record<string, string> = { GET: 'read:users', PATCH: 'update:users' };

/** The part of Auth0's Management API that the platform needs: `GET` and `PATCH /api/v2/users/{id}`. */
export async function serveManagement(exchange: Exchange, tenant: Tenant): Promise<boolean> {
  const { request, method, url } = exchange;
  if (!url.pathname.startsWith(PREFIX)) return false;
  const token = bearerOf(exchange);
  if (token === null) return refuse(exchange, 401, 'Unauthorized', 'Missing authentication');
  const claims = await verifyAccessToken(tenant, token, managementAudience(tenant.issuer));
  if (claims === null) return refuse(exchange, 401, 'Unauthorized', 'Invalid token');
  const [, encodedId] = /^users\/([^/]+)$/.exec(url.pathname.slice(PREFIX.length)) ?? [];
  const scope = SCOPE[method];
  if (encodedId === undefined || scope === undefined) return refuse(exchange, 404, 'Not Found', 'Not Found');
  if (!scopesOf(claims).includes(scope)) {
    return refuse(exchange, 403, 'Forbidden', `Insufficient scope, expected any of: ${scope}`, 'insufficient_scope');
  }
  const id = decodeId(encodedId);
  if (method === 'GET') return showUser(exchange, tenant.users.get(id));
  const { blocked, ...others } = await readFields(request);
  if (typeof blocked !== 'boolean' || Object.keys(others).length > 0) {
    const message = 'Payload validation error: this local stand-in changes "blocked" alone.';
    return refuse(exchange, 400, 'Bad Request', message, 'invalid_body');
  }
  return showUser(exchange, setBlocked(tenant.users, id, blocked) ?? undefined);
}

function showUser(exchange: Exchange, user: object | undefined): true {
  if (user === undefined) return refuse(exchange, 404, 'Not Found', 'The user does not exist.', 'inexistent_user');
  return sendJson(exchange, 200, user);
}

function refuse(exchange: Exchange, statusCode: number, error: string, message: string, errorCode?: string): true {
  return sendJson(exchange, statusCode, { statusCode, error, message, errorCode });
}

/** An id that is no valid percent-encoding belongs to nobody. */
function decodeId(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (error) {
    if (error instanceof URIError) return '';
    throw error;
  }
}
