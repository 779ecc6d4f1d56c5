import { randomBytes, randomUUID } from 'node:crypto';
import { createLocalJWKSet, exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import { openShelf } from '../store.ts';
import type { Store } from '../store.ts';

/** Key pairs, the one that signs first; the others still verify. */
export type SigningKeys = readonly JWK[];

const KIND = 'oidc.secret';
const SIGNING = 'signing';
const COOKIE = 'cookie';

/** The store's keys, with a first one made when there is none. */
export async function loadSigningKeys(store: Store): Promise<SigningKeys> {
  return openShelf<SigningKeys>(store, KIND).get(SIGNING) ?? rotateSigningKeys(store, { dropOld: false });
}

/**
 * Makes a new key the one that signs.
 *
 * @param dropOld true if the old ones are forgotten, so that nothing they signed can be verified any more
 */
export async function rotateSigningKeys(store: Store, { dropOld }: { dropOld: boolean }): Promise<SigningKeys> {
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  const key: JWK = { ...(await exportJWK(privateKey)), kid: randomUUID(), use: 'sig', alg: 'RS256' };
  const shelf = openShelf<SigningKeys>(store, KIND);
  // Read after the key is made: another rotation may have ended meanwhile.
  const keys = [key, ...(dropOld ? [] : (shelf.get(SIGNING) ?? []))];
  shelf.put(SIGNING, keys);
  return keys;
}

/** What verifies the tenant's own tokens. */
export function verifyingKeys(store: Store): ReturnType<typeof createLocalJWKSet> {
  const keys = openShelf<SigningKeys>(store, KIND).get(SIGNING) ?? [];
  const visible = keys.map(({ n = '', e = '', kid = '' }) => ({ kty: 'RSA', n, e, kid, alg: 'RS256' }));
  return createLocalJWKSet({ keys: visible });
}

/** The key that cookies are signed with, kept so that a browser stays signed in over a restart. */
export function loadCookieKey(store: Store): string {
  const shelf = openShelf<string>(store, KIND);
  shelf.insert(COOKIE, randomBytes(32).toString('base64url'));
  return shelf.get(COOKIE) ?? '';
}
