import { DomainError } from '../../domain/error.ts';
import { sha256Hex } from '../auth/hash.ts';

/** Any text a client can make unique: 8 to 100 printable characters. */
const KEY = /^[\x21-\x7e]{8,100}$/;

/** @throws DomainError `idempotency.required`, `idempotency.invalid` */
export function readIdempotencyKey(header: string | undefined): string {
  if (header === undefined) throw new DomainError('idempotency.required');
  if (!KEY.test(header)) throw new DomainError('idempotency.invalid');
  return header;
}

/** SHA-256 over what was asked, whatever the order of its fields; in hexadecimal. */
export const bodyHash = (body: object): Promise<string> =>
  sha256Hex(JSON.stringify(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1))));
