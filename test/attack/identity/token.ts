import {
  constants,
  createHmac,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { join } from 'node:path';
import { loadSigningKeys } from '../../../dev/oidc/keys.ts';
import { openStore } from '../../../dev/store.ts';
import { useStack } from '../../harness/stack.ts';

/** The provider's own key, so that a token can be wrong in one thing and right in all others. */
export interface Issuer {
  iss: string;
  kid: string;
  privateKey: KeyObject;
  /** As anybody can read it. */
  publicPem: string;
  publicJwk: Record<string, unknown>;
}

export async function readIssuer(): Promise<Issuer> {
  const { folder, oidc } = useStack();
  const store = openStore(join(folder, 'standins.sqlite'));
  try {
    const [jwk] = await loadSigningKeys(store);
    if (jwk?.kid === undefined) throw new TypeError('the provider has a key');
    const privateKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
    const publicKey = createPublicKey(privateKey);
    return {
      iss: oidc.issuer,
      kid: jwk.kid,
      privateKey,
      publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      publicJwk: { ...publicKey.export({ format: 'jwk' }), kid: jwk.kid, use: 'sig', alg: 'RS256' },
    };
  } finally {
    store.close();
  }
}

/** A key that nobody trusts. */
export const strangerKey = generateKeyPairSync('rsa', { modulusLength: 2_048 });

type Json = Record<string, unknown>;

/** What is otherwise than in an honest token. A member that is undefined is left out. */
export interface Twist {
  header?: Json;
  claims?: Json;
  /** In place of the claims: a text that is none, or bytes. */
  payload?: string | Uint8Array;
  /** Makes the signature over `header.payload`; by default the provider does. */
  seal?: (data: string, issuer: Issuer) => string | Uint8Array;
  /** The whole token, once it is made. */
  token?: (token: string) => string;
}

export const encode = (value: unknown): string =>
  Buffer.from(typeof value === 'string' || value instanceof Uint8Array ? value : JSON.stringify(value)).toString(
    'base64url',
  );

export const now = (): number => Math.floor(Date.now() / 1_000);

export const byRsa = (data: string, key: KeyObject): Buffer => sign('RSA-SHA256', Buffer.from(data), key);
export const byHmac = (data: string, secret: string | Uint8Array): Buffer =>
  createHmac('sha256', secret).update(data).digest();
export const byPss = (data: string, { privateKey }: Issuer): Buffer =>
  sign('RSA-SHA256', Buffer.from(data), { key: privateKey, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });

/** A token with these claims, as the provider would sign it but for the twist. */
export function forge(issuer: Issuer, honest: Json, twist: Twist = {}): string {
  const header = { alg: 'RS256', typ: 'at+jwt', kid: issuer.kid, ...twist.header };
  const claims = {
    iss: issuer.iss,
    aud: useStack().oidc.audience,
    iat: now(),
    exp: now() + 900,
    ...honest,
    ...twist.claims,
  };
  const data = `${encode(header)}.${encode(twist.payload ?? claims)}`;
  const signature = (twist.seal ?? ((text: string) => byRsa(text, issuer.privateKey)))(data, issuer);
  const token = `${data}.${encode(signature)}`;
  return twist.token?.(token) ?? token;
}
