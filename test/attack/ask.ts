import { randomBytes } from 'node:crypto';
import type { WireRequest } from './wire.ts';

/** What a request has beyond method and address. Everything not given is as an honest page of that host would send it. */
export interface AskOptions {
  /** Of the cookie header; several lines of it for several texts. */
  cookie?: string | readonly string[];
  /** Another page's origin; null for none. */
  origin?: string | null;
  /** Another body than JSON: a text or bytes as they are, anything else is written as JSON. */
  body?: unknown;
  headers?: readonly (readonly [string, string])[];
  /** Another name than the address's own in the Host header; several lines of it for several texts. */
  host?: string | readonly string[];
  /** One that nobody else has, when not given: limits for an address are then nobody else's. */
  clientAddress?: string;
  /** null for none. */
  contentType?: string | null;
}

/** A client address in a network that nobody has used in this run. */
export function newClientAddress(): string {
  const [high, low] = [randomBytes(2), randomBytes(2)].map((bytes) => bytes.toString('hex'));
  return `2001:db8:${high}:${low}::1`;
}

/** A request below `/api/v1` of a host. @param origin e.g. `http://na.localhost:8787` */
export function ask(method: string, origin: string, path: string, options: AskOptions = {}): WireRequest {
  const { cookie, body, headers = [], host = new URL(origin).host, clientAddress = newClientAddress() } = options;
  const writes = method !== 'GET' && method !== 'HEAD';
  const from = options.origin === undefined ? (writes ? origin : null) : options.origin;
  const contentType = options.contentType === undefined ? 'application/json' : options.contentType;
  const lines = (name: string, values: string | readonly string[]) =>
    [values].flat().map((value): [string, string] => [name, value]);
  return {
    method,
    target: `/api/v1${path}`,
    headers: [
      ...lines('Host', host),
      ['CF-Connecting-IP', clientAddress],
      ...(from === null ? [] : lines('Origin', from)),
      ...(cookie === undefined ? [] : lines('Cookie', cookie)),
      ...(body === undefined || contentType === null ? [] : lines('Content-Type', contentType)),
      ...headers,
    ],
    ...(body === undefined ? {} : { body: bytesOf(body) }),
  };
}

function bytesOf(body: unknown): string | Uint8Array {
  return typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
}
