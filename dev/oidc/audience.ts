import { errors } from 'oidc-provider';
import type { Client, KoaContextWithOIDC, ResourceServer } from 'oidc-provider';
import { managementAudience } from './tenant.ts';
import type { Api, Tenant } from './tenant.ts';

/** What the Management API lets a client do here. */
export const MANAGEMENT_SCOPES = ['read:users', 'update:users'] as const;

const TOKEN_SECONDS = 900;

/**
 * The audience a request names; Auth0 calls the parameter `audience`, RFC 8707 calls it `resource`.
 *
 * @throws AccessDenied for a machine that names none
 */
export function audienceOf(ctx: KoaContextWithOIDC): string | undefined {
  const named = ctx.oidc.params?.['audience'] ?? ctx.oidc.body?.['audience'];
  if (typeof named === 'string' && named !== '') return named;
  if (!isMachineRequest(ctx)) return undefined;
  throw new errors.AccessDenied('No audience parameter was provided, and no default audience has been configured.');
}

/**
 * The API of an audience, with what this client may ask of it. A person's token carries every known scope it asks
 * for, as at Auth0 while role-based access control is off; a machine's carries what it was granted, all of it if it
 * names none.
 *
 * @throws AccessDenied for an audience that does not exist, and for what a machine was not granted
 */
export function resourceServerOf(
  tenant: Tenant,
  ctx: KoaContextWithOIDC,
  audience: string,
  client: Client,
): ResourceServer {
  const api = apisOf(tenant).find((known) => known.audience === audience);
  if (api === undefined) throw new errors.AccessDenied(`Service not found: ${audience}`);
  const scopes = isMachineRequest(ctx) ? grantedScopes(tenant, ctx, api, client) : api.scopes;
  return {
    scope: scopes.join(' '),
    audience,
    accessTokenFormat: 'jwt',
    accessTokenTTL: TOKEN_SECONDS,
    jwt: { sign: { alg: 'RS256' } },
  };
}

function isMachineRequest({ oidc }: KoaContextWithOIDC): boolean {
  return oidc.route === 'token' && oidc.body?.['grant_type'] === 'client_credentials';
}

function apisOf(tenant: Tenant): Api[] {
  return [...tenant.apis, { audience: managementAudience(tenant.issuer), scopes: MANAGEMENT_SCOPES }];
}

function grantedScopes(tenant: Tenant, ctx: KoaContextWithOIDC, api: Api, client: Client): readonly string[] {
  const { params = {} } = ctx.oidc;
  const granted = tenant.machines.find(({ clientId }) => clientId === client.clientId)?.grants[api.audience];
  if (granted === undefined) throw new errors.AccessDenied(`Client is not authorized to access "${api.audience}".`);
  params['scope'] ??= granted.join(' ');
  const missing = String(params['scope'])
    .split(' ')
    .filter((scope) => !granted.includes(scope));
  if (missing.length > 0) throw new errors.AccessDenied(`Client has not been granted scopes: ${missing.join(', ')}`);
  return granted;
}
