import type { MiddlewareHandler } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { DomainError } from '../../domain/error.ts';
import type { App } from '../env.ts';
import { requireStrictJson } from './strict_json.ts';

const JSON_TYPE = /^application\/json(?:; *charset="?utf-8"?)?$/i;

/** Refuses a body of more bytes. @throws DomainError `request.too_large` */
export const byteLimit = (bytes: number): MiddlewareHandler<App> =>
  bodyLimit({
    maxSize: bytes,
    onError: () => {
      throw new DomainError('request.too_large');
    },
  });

/**
 * Holds every address and body to one form before a route reads it: no NUL in the address; a body, where there is one, is
 * JSON, in UTF-8, and says so. The shapes of the routes then refuse members they do not know.
 *
 * @throws DomainError `request.malformed`, `request.unsupported_media`
 */
export const strictInput = (): MiddlewareHandler<App> =>
  async function requireStrictInput(c, next) {
    if (c.req.url.includes('%00')) throw new DomainError('request.malformed', { detail: 'The address holds NUL.' });
    const bytes = c.req.raw.body === null ? new ArrayBuffer(0) : await c.req.arrayBuffer();
    if (bytes.byteLength > 0) {
      if (!JSON_TYPE.test(c.req.header('content-type') ?? '')) throw new DomainError('request.unsupported_media');
      requireStrictJson(decode(bytes));
    }
    await next();
  };

function decode(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new DomainError('request.malformed', { detail: 'The body is not UTF-8.', cause: error });
  }
}
