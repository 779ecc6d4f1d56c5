import { randomUUID } from 'node:crypto';
import { FlattenedSign, exportJWK, generateKeyPair, importJWK } from 'jose';
import type { CryptoKey, JWK } from 'jose';
import { openShelf } from '../store.ts';
import type { Store } from '../store.ts';
import type { Courier } from '../webhook.ts';

/** The keys that sign webhooks: the private one, and the set that the product fetches. */
export interface SigningKeys {
  kid: string;
  privateKey: CryptoKey;
  jwks: { keys: JWK[] };
}

/** Loads the webhook keys, or makes them at the very first start, so that a restart does not look like a rotation. */
export async function loadKeys(store: Store): Promise<SigningKeys> {
  const shelf = openShelf<{ kid: string; privateJwk: JWK }>(store, 'custody.key');
  let kept = shelf.get('current');
  if (kept === undefined) {
    const pair = await generateKeyPair('RS512', { modulusLength: 2048, extractable: true });
    kept = { kid: randomUUID(), privateJwk: await exportJWK(pair.privateKey) };
    shelf.put('current', kept);
  }
  const { kid, privateJwk } = kept;
  const { kty = 'RSA', n = '', e = '' } = privateJwk;
  const privateKey = (await importJWK(privateJwk, 'RS512')) as CryptoKey;
  return { kid, privateKey, jwks: { keys: [{ kty, n, e, kid, use: 'sig', alg: 'RS512' }] } };
}

/** Signs a body as webhooks v2 are: a JWS whose payload is left out, since the body is the payload. */
export async function signBody(body: string, keys: SigningKeys): Promise<string> {
  const jws = await new FlattenedSign(new TextEncoder().encode(body))
    .setProtectedHeader({ alg: 'RS512', kid: keys.kid })
    .sign(keys.privateKey);
  return `${jws.protected ?? ''}..${jws.signature}`;
}

/**
 * Puts a notification on its way, in the envelope of webhooks v2.
 *
 * @param data the transfer as the API shows it
 */
export function notify(courier: Courier, workspaceId: string, eventType: string, id: string, data: object): void {
  const envelope = {
    id: randomUUID(),
    resourceId: id,
    workspaceId,
    eventType,
    eventVersion: 1,
    createdAt: Date.now(),
    data,
  };
  courier.send({ eventId: envelope.id, type: eventType, body: JSON.stringify(envelope) });
}
