import { errors, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import type { Exchange } from './exchange.ts';
import { verifyingKeys } from './keys.ts';
import type { Tenant } from './tenant.ts';

/** The token of an `Authorization: Bearer` header. */
export function bearerOf({ request }: Exchange): string | null {
  return /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

/** The claims of an access token that this tenant issued for an audience, or null for any other text. */
export async function verifyAccessToken(tenant: Tenant, token: string, audience: string): Promise<JWTPayload | null> {
  const { issuer, store } = tenant;
  try {
    const { payload } = await jwtVerify(token, verifyingKeys(store), {
      issuer,
      audience,
      algorithms: ['RS256'],
      typ: 'at+jwt',
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) return null;
    throw error;
  }
}

/** The scopes that a token carries. */
export function scopesOf(claims: JWTPayload): string[] {
  return typeof claims['scope'] === 'string' ? claims['scope'].split(' ') : [];
}
