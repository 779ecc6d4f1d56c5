import type { MiddlewareHandler } from 'hono';
import { DomainError } from '../../domain/error.ts';
import type { App } from '../env.ts';

const isPlatform = (url: string, platformHost: string) => new URL(url).hostname === platformHost;

/**
 * Lets a route answer on the platform host alone. A tenant controls its own host's name and texts, so nothing that
 * outranks a buyer is there: the answer is that of a route that does not exist.
 */
export const onPlatformHost = (): MiddlewareHandler<App> =>
  async function requirePlatformHost(c, next) {
    if (!isPlatform(c.req.url, c.env.PLATFORM_HOST)) throw new DomainError('request.not_found');
    await next();
  };

/** Lets a route answer on site hosts alone: the platform sells nothing. */
export const onSiteHost = (): MiddlewareHandler<App> =>
  async function requireSiteHost(c, next) {
    if (isPlatform(c.req.url, c.env.PLATFORM_HOST)) throw new DomainError('request.not_found');
    await next();
  };
