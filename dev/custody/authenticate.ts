import { createHash } from 'node:crypto';
import { errors, importJWK, importSPKI, jwtVerify } from 'jose';
import type { CryptoKey, JWK, JWTPayload } from 'jose';
import { openShelf } from '../store.ts';
import type { Shelf, Store } from '../store.ts';
import type { Call } from '../stripe/listen.ts';
import { CustodyFailure } from './error.ts';

/** Checks that a request was signed by the product's API user. Rejects with CustodyFailure 401. */
export type Authenticate = (call: Call) => Promise<void>;

/** The docs say 30 s, the vendor's own SDKs send 55. */
const LONGEST_LIFE_SECONDS = 60;
const CLOCK_SKEW_SECONDS = 30;

/**
 * Makes the check of request tokens: RS256, `sub`, `uri`, `iat`/`exp`, `bodyHash`, and a nonce that is used once,
 * also across restarts.
 *
 * @param apiPublicKey public key of the API user, as PEM (SPKI) or JWK
 */
export async function makeAuthenticate(
  store: Store,
  apiKey: string,
  apiPublicKey: string | JWK,
): Promise<Authenticate> {
  const key = await (typeof apiPublicKey === 'string'
    ? importSPKI(apiPublicKey, 'RS256')
    : (importJWK(apiPublicKey, 'RS256') as Promise<CryptoKey>));
  const nonces = openShelf<{ nonce: string; usedUntil: number }>(store, 'custody.nonce');
  return async (call) => {
    const [scheme, token] = (call.headers.authorization ?? '').split(' ', 2);
    if (call.headers['x-api-key'] !== apiKey) throw refuse('Unauthorized: missing or unknown API key');
    if (scheme !== 'Bearer' || token === undefined) throw refuse('Unauthorized: JWT is missing');
    const claims = await verifyToken(token, key, apiKey);
    checkClaims(claims, call);
    useNonce(nonces, claims);
  };
}

async function verifyToken(token: string, key: CryptoKey, apiKey: string): Promise<JWTPayload> {
  try {
    const required = ['uri', 'nonce', 'iat', 'exp', 'sub', 'bodyHash'];
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['RS256'],
      subject: apiKey,
      requiredClaims: required,
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refuse(`Unauthorized: ${error.message}`);
    throw error;
  }
}

function checkClaims(claims: JWTPayload, call: Call): void {
  const { iat = 0, exp = 0 } = claims;
  if (exp - iat > LONGEST_LIFE_SECONDS) throw refuse('Unauthorized: the JWT lives too long');
  if (iat > Date.now() / 1000 + CLOCK_SKEW_SECONDS) throw refuse('Unauthorized: the JWT was issued in the future');
  if (claims['uri'] !== call.url.pathname + call.url.search)
    throw refuse('Unauthorized: uri does not match the request');
  // One official SDK hashes two quote characters where a GET has no body, the other hashes nothing.
  const bodies = call.method === 'GET' ? ['', '""'] : [call.body];
  const hashes = bodies.map((body) => createHash('sha256').update(body).digest('hex'));
  if (!hashes.includes(String(claims['bodyHash']))) throw refuse('Unauthorized: bodyHash does not match the body');
}

function useNonce(nonces: Shelf<{ nonce: string; usedUntil: number }>, claims: JWTPayload): void {
  const now = Date.now();
  for (const { nonce, usedUntil } of nonces.list()) {
    if (usedUntil < now) nonces.remove(nonce);
  }
  const nonce = String(claims['nonce']);
  const isNew = nonces.insert(nonce, { nonce, usedUntil: (claims.exp ?? 0) * 1000 + 1_000 });
  if (!isNew) throw refuse('Unauthorized: the nonce was used before');
}

function refuse(message: string): CustodyFailure {
  return new CustodyFailure(401, -7, message);
}
