import type { Secrets } from '../secret.ts';
import type { OidcOptions } from './start.ts';

/** Identifies the platform's API in access tokens. */
export const PLATFORM_AUDIENCE = 'https://api.posx.example/';

/** What a token for the platform's API can carry. */
const SCOPES = ['read:tiers', 'write:tiers', 'read:orders', 'read:allocations', 'read:reports'];

/** What the machine client of the local stack was granted of it. */
const MACHINE_SCOPES = ['read:tiers', 'read:orders', 'read:reports'];

/**
 * The tenant of the local stack: the client that signs people in and one that a single site may have of its own, both
 * with the one callback on the platform's host, one machine client, and one for the Management API.
 *
 * @param platform origin of the platform's host
 */
export function localTenant(platform: string, clients: Secrets['oidc']): Omit<OidcOptions, 'store' | 'port'> {
  const callback = `${platform}/api/v1/auth/callback`;
  const urls = { callbackUrls: [callback], logoutUrls: [callback, `${platform}/`] };
  return {
    web: [
      { ...clients.web, ...urls },
      { ...clients.site, ...urls },
    ],
    machines: [{ ...clients.machine, grants: { [PLATFORM_AUDIENCE]: MACHINE_SCOPES } }],
    management: clients.management,
    apis: [{ audience: PLATFORM_AUDIENCE, scopes: SCOPES }],
  };
}
