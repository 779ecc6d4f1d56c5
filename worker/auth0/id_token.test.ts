import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Env } from '../env.ts';
import { verifyIdToken, type Expected } from './id_token.ts';

const ISSUER = 'https://id-token.test/';
const expected: Expected = { clientId: 'web', nonce: 'n' };
const seconds = () => Math.floor(Date.now() / 1_000);

let env: Env;
let signer: CryptoKey;
let stranger: CryptoKey;
beforeAll(async () => {
  const pair = await generateKeyPair('RS256', { extractable: true });
  signer = pair.privateKey;
  stranger = (await generateKeyPair('RS256')).privateKey;
  const jwk = { ...(await exportJWK(pair.publicKey)), kid: 'k', use: 'sig', alg: 'RS256' };
  env = { AUTH0_ISSUER: ISSUER, AUTH0_JWKS: JSON.stringify({ keys: [jwk] }) } as Env;
});

const GOOD = { iss: ISSUER, aud: 'web', sub: 'auth0|1', nonce: 'n', email: 'Ann@Example.com', email_verified: true };

/** An ID token with these claims changed; undefined takes one away. */
function tokenOf(change: Record<string, unknown> = {}, key = signer): Promise<string> {
  const claims = { ...GOOD, iat: seconds(), exp: seconds() + 600, ...change } as JWTPayload;
  return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k' }).sign(key);
}

const verify = async (token: string | Promise<string>, wanted = expected) =>
  verifyIdToken(env, await token, wanted, (work) => void work.catch(() => undefined));

describe('an ID token', () => {
  it('tells whom the issuer vouches for', async () => {
    expect(await verify(tokenOf())).toEqual({ subject: 'auth0|1', email: 'ann@example.com', emailVerified: true });
    expect(await verify(tokenOf({ email: undefined }))).toMatchObject({ email: null, emailVerified: false });
    expect(await verify(tokenOf({ email_verified: undefined }))).toMatchObject({ emailVerified: false });
    expect(await verify(tokenOf({ aud: ['web', 'api'], azp: 'web' }))).toMatchObject({ subject: 'auth0|1' });
  });

  it.each<[string, Record<string, unknown>]>([
    ['of another issuer', { iss: 'https://other.test/' }],
    ['of the issuer without its slash', { iss: ISSUER.slice(0, -1) }],
    ['for another client', { aud: 'site' }],
    ['for several, and not meant for us', { aud: ['web', 'api'], azp: 'api' }],
    ['for several, not saying for whom', { aud: ['web', 'api'] }],
    ['meant for another client', { azp: 'site' }],
    ['of another sign-in', { nonce: 'm' }],
    ['of no sign-in', { nonce: undefined }],
    ['of nobody', { sub: undefined }],
    ['of an empty subject', { sub: '' }],
    ['that is over', { exp: seconds() - 120, iat: seconds() - 200 }],
    ['without an end', { exp: undefined }],
    ['without a beginning', { iat: undefined }],
    ['of the future', { iat: seconds() + 300 }],
    ['not valid yet', { nbf: seconds() + 300 }],
    ['issued some time ago', { iat: seconds() - 600 }],
    ['with an address that is none', { email: 7 }],
  ])('%s is declined', async (_, change) => {
    await expect(verify(tokenOf(change))).rejects.toMatchObject({ code: 'auth.declined' });
  });

  it('is declined when another key signed it, another algorithm, or none', async () => {
    const hmac = new SignJWT({ ...GOOD, iat: seconds(), exp: seconds() + 600 })
      .setProtectedHeader({ alg: 'HS256', kid: 'k' })
      .sign(new TextEncoder().encode('a secret that is long enough for it'));
    const none = `${btoa('{"alg":"none"}')}.${btoa(JSON.stringify(GOOD))}.`.replaceAll('=', '');
    for (const token of [await tokenOf({}, stranger), await hmac, none, 'a.b.c', '']) {
      await expect(verify(token), token).rejects.toMatchObject({ code: 'auth.declined' });
    }
  });

  it('of a fresh sign-in says that the person was asked since it began', async () => {
    const wanted = { ...expected, authenticatedSince: Date.now() };
    expect(await verify(tokenOf({ auth_time: seconds() }), wanted)).toMatchObject({ subject: 'auth0|1' });
    for (const auth_time of [undefined, seconds() - 120, 'now']) {
      await expect(verify(tokenOf({ auth_time }), wanted)).rejects.toMatchObject({ code: 'auth.declined' });
    }
  });
});
