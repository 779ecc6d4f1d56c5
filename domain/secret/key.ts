import type { CryptoKey } from 'jose';

/** The keys of sealed columns: the newest writes, all read. */
export interface DataKeys {
  /** The id of the key that writes: the highest. */
  readonly newest: number;
  readonly byId: ReadonlyMap<number, CryptoKey>;
}

const NAME = /^DATA_KEY_([1-9]\d{0,3})$/;
const KEY = /^[\da-f]{64}$/i;

/**
 * Imports the keys among a Worker's secrets: `DATA_KEY_1`, `DATA_KEY_2`, …, each 32 bytes in hexadecimal. They cannot be
 * exported again.
 *
 * @throws TypeError when there is none, or one is not of that form; its value is not part of the message.
 */
export async function importDataKeys(secrets: object): Promise<DataKeys> {
  const named = keysAmong(secrets);
  if (named.length === 0) throw new TypeError('no DATA_KEY_1 is set');
  const imported = await Promise.all(
    named.map(async ([id, value]) => [id, await importKey(`DATA_KEY_${id}`, value)] as const),
  );
  return { newest: newestDataKey(secrets), byId: new Map(imported) };
}

/** The id of the key that writes, 0 when there is none. */
export function newestDataKey(secrets: object): number {
  return Math.max(0, ...keysAmong(secrets).map(([id]) => id));
}

function keysAmong(secrets: object): [id: number, value: unknown][] {
  return Object.entries(secrets).flatMap(([name, value]: [string, unknown]): [number, unknown][] => {
    const id = NAME.exec(name)?.[1];
    return id === undefined || value === '' ? [] : [[Number(id), value]];
  });
}

async function importKey(name: string, value: unknown): Promise<CryptoKey> {
  if (typeof value !== 'string' || !KEY.test(value)) throw new TypeError(`${name} must be 64 hexadecimal digits`);
  const raw = Uint8Array.from(value.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt']);
}
