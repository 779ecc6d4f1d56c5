import { interactionPolicy } from 'oidc-provider';
import type { ClientMetadata, Configuration, KoaContextWithOIDC } from 'oidc-provider';
import { makeAdapter } from './adapter.ts';
import { audienceOf, resourceServerOf } from './audience.ts';
import { grantRequest } from './grant.ts';
import { loadCookieKey } from './keys.ts';
import type { SigningKeys } from './keys.ts';
import { loginPath } from './login.ts';
import { failurePage, PAGE_HEADERS } from './page.ts';
import type { Tenant } from './tenant.ts';
import { completeAccessToken } from './token.ts';
import { CLAIMS_BY_SCOPE, claimsOf } from './user.ts';

const DAY_SECONDS = 86_400;
const REFRESH_SECONDS = 30 * DAY_SECONDS;

/** oidc-provider, set up to look and behave as an Auth0 tenant does. */
export function configure(tenant: Tenant, keys: SigningKeys): Configuration {
  return {
    adapter: makeAdapter(tenant.store),
    clients: clientsOf(tenant),
    jwks: { keys: keys.map((key) => ({ ...key, kty: key.kty ?? '' })) },
    cookies: { keys: [loadCookieKey(tenant.store)], names: { session: 'auth0' } },
    routes: {
      authorization: '/authorize',
      token: '/oauth/token',
      jwks: '/.well-known/jwks.json',
      userinfo: '/userinfo',
      revocation: '/oauth/revoke',
      end_session: '/oidc/logout',
    },
    responseTypes: ['code'],
    clientAuthMethods: ['client_secret_post', 'client_secret_basic'],
    scopes: ['openid', 'offline_access'],
    claims: CLAIMS_BY_SCOPE,
    // Auth0 puts the claims of the scopes into the ID token.
    conformIdTokenClaims: false,
    // A check of `scope` runs after oidc-provider's own, and may put back what that took away.
    extraParams: { audience: null, connection: null, organization: null, screen_hint: null, scope: keepOfflineAccess },
    findAccount: (_, id) => {
      const user = tenant.users.get(id);
      return user === undefined || user.blocked ? undefined : { accountId: id, claims: () => claimsOf(user) };
    },
    loadExistingGrant: grantRequest,
    interactions: { url: (_, { uid }) => loginPath(uid), policy: loginPolicy() },
    pkce: { required: () => false },
    rotateRefreshToken: true,
    issueRefreshToken: (_, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    // Signing out ends the session at the login page; refresh tokens live on, as at Auth0.
    expiresWithSession: () => false,
    revokeGrantPolicy: () => true,
    formats: { customizers: { jwt: completeAccessToken } },
    features: {
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      clientCredentials: { enabled: true },
      revocation: { enabled: true, allowedPolicy: (_, client, token) => token.clientId === client.clientId },
      userinfo: { enabled: true },
      rpInitiatedLogout: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx, _, oneOf) => oneOf ?? audienceOf(ctx) ?? [],
        useGrantedResource: () => true,
        getResourceServerInfo: (ctx, audience, client) => resourceServerOf(tenant, ctx, audience, client),
      },
    },
    ttl: {
      AccessToken: (_, token) => token.resourceServer?.accessTokenTTL ?? DAY_SECONDS,
      ClientCredentials: (_, token) => token.resourceServer?.accessTokenTTL ?? DAY_SECONDS,
      AuthorizationCode: 60,
      IdToken: 36_000,
      Interaction: 3_600,
      Session: 7 * DAY_SECONDS,
      Grant: REFRESH_SECONDS,
      // Thirty days in all: a rotation does not extend them.
      RefreshToken: (ctx) => ctx.oidc.entities.RotatedRefreshToken?.remainingTTL ?? REFRESH_SECONDS,
    },
    renderError: (ctx, { error, error_description }) => {
      ctx.set(PAGE_HEADERS);
      ctx.body = failurePage(error, error_description ?? '');
    },
  };
}

function clientsOf(tenant: Tenant): ClientMetadata[] {
  return [
    ...tenant.web.map(({ clientId, clientSecret, callbackUrls }) => ({
      client_id: clientId,
      client_secret: clientSecret,
      application_type: 'web' as const,
      token_endpoint_auth_method: 'client_secret_post' as const,
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code' as const],
      redirect_uris: [...callbackUrls],
    })),
    ...tenant.machines.map(({ clientId, clientSecret }) => ({
      client_id: clientId,
      client_secret: clientSecret,
      token_endpoint_auth_method: 'client_secret_post' as const,
      grant_types: ['client_credentials'],
      response_types: [],
      redirect_uris: [],
    })),
  ];
}

/** oidc-provider drops `offline_access` unless `prompt=consent` is asked for; Auth0 does not. */
function keepOfflineAccess(ctx: KoaContextWithOIDC): void {
  const { params, client } = ctx.oidc;
  const asked = new URLSearchParams(ctx.querystring).get('scope')?.split(' ') ?? [];
  if (params === undefined || !asked.includes('offline_access') || client?.grantTypeAllowed('refresh_token') !== true)
    return;
  const kept = typeof params['scope'] === 'string' ? params['scope'].split(' ') : [];
  params['scope'] = [...new Set([...kept, 'offline_access'])].join(' ');
}

/** Asks for a login, never for consent; a session whose person is blocked or gone is no login. */
function loginPolicy(): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  policy.get('consent')?.checks.clear();
  policy
    .get('login')
    ?.checks.add(
      new interactionPolicy.Check('unknown_account', 'the person may not sign in', 'login_required', ({ oidc }) =>
        Promise.resolve(oidc.session?.accountId !== undefined && oidc.account === undefined),
      ),
    );
  return policy;
}
