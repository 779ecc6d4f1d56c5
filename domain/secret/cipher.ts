import { base64url, type CryptoKey } from 'jose';
import { DomainError } from '../error.ts';
import type { DataKeys } from './key.ts';

/** Where a sealed text stands. It opens there and nowhere else: not in another row, column, table or site. */
export interface Place {
  readonly table: string;
  readonly column: string;
  readonly siteId: string;
  readonly rowId: string;
}

const IV_BYTES = 12;
const SEALED = /^([1-9]\d{0,3})\.([\w-]{16})\.([\w-]{22,})$/;

/**
 * Seals a text for one place: AES-256-GCM with a fresh 96-bit iv, the place as additional data. With random ivs one key
 * may write some 2³² texts; rotate it long before that.
 *
 * @returns `{key id}.{iv}.{ciphertext and tag}`, the last two in base64url.
 */
export async function seal(keys: DataKeys, place: Place, text: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const algorithm = { name: 'AES-GCM', iv, additionalData: additionalData(place) };
  const sealed = await crypto.subtle.encrypt(algorithm, keyOf(keys, keys.newest), new TextEncoder().encode(text));
  return `${keys.newest}.${base64url.encode(iv)}.${base64url.encode(new Uint8Array(sealed))}`;
}

/**
 * Opens what was sealed for this very place.
 *
 * @throws DomainError `secret.unreadable` when it was changed, was sealed for another place, has another form, or its
 * key is not among ours. What of these it was stays unsaid.
 */
export async function open(keys: DataKeys, place: Place, sealed: string): Promise<string> {
  const [, id = '', iv = '', text = ''] = SEALED.exec(sealed) ?? [];
  try {
    const algorithm = { name: 'AES-GCM', iv: bytesOf(iv), additionalData: additionalData(place) };
    const opened = await crypto.subtle.decrypt(algorithm, keyOf(keys, Number(id)), bytesOf(text));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(opened);
  } catch (error) {
    throw new DomainError('secret.unreadable', { cause: error });
  }
}

/** Seals anew, with the newest key, what an older one sealed for this place. @throws as {@link open} */
export async function reseal(keys: DataKeys, place: Place, sealed: string): Promise<string> {
  return seal(keys, place, await open(keys, place, sealed));
}

function keyOf({ byId }: DataKeys, id: number): CryptoKey {
  const key = byId.get(id);
  if (key === undefined) throw new TypeError(`no DATA_KEY_${id} is set`);
  return key;
}

/** JSON, so that no two places read alike. */
const additionalData = ({ table, column, siteId, rowId }: Place) =>
  new TextEncoder().encode(JSON.stringify([table, column, siteId, rowId]));

/** Only the one way to write the bytes: the last character has bits that nobody reads. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from(base64url.decode(text));
  if (base64url.encode(bytes) !== text) throw new TypeError('not written as base64url writes it');
  return bytes;
}
