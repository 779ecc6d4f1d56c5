import type { MiddlewareHandler } from 'hono';
import { DomainError } from '../../domain/error.ts';
import { onError } from '../errors.ts';
import type { App, Env } from '../env.ts';
import { readSnapshot } from '../site/snapshot.ts';
import type { Visitor } from './visitor.ts';

/**
 * Lets a route answer on the platform host alone. A tenant controls its own host's name and texts, so nothing that
 * outranks a buyer is there: the answer is that of a route that does not exist.
 */
export const onPlatformHost = (): MiddlewareHandler<App> =>
  async function requirePlatformHost(c, next) {
    if (!c.get('visitor').platform) throw new DomainError('request.not_found');
    await next();
  };

/** Lets a route answer on site hosts alone: the platform sells nothing. */
export const onSiteHost = (): MiddlewareHandler<App> =>
  async function requireSiteHost(c, next) {
    if (c.get('visitor').platform) throw new DomainError('request.not_found');
    await next();
  };

/**
 * Answers 421 on a host that no site has, whatever was asked there. The database knows the hosts, and refuses an unknown one
 * as the first thing of every transaction; so whoever was let in needs no question of its own. What we refuse without it
 * (a wrong path, method, origin or body, too many requests) is told to known hosts only: then, and only then, the host is
 * looked up. A good request never pays for this.
 */
export const knownHost = (): MiddlewareHandler<App> =>
  async function requireKnownHost(c, next) {
    await next();
    const who = c.get('visitor');
    const isRefused = c.res.status >= 400 && c.res.status < 500;
    if (!isRefused || who.entered !== undefined || saidByDatabase(c.error)) return;
    try {
      await checkHost(c.env, who);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      // Without this the old answer's headers would be merged into the new one.
      c.res = undefined;
      c.res = onError(error, c);
    }
  };

/** Hosts that were unknown a moment ago: a flood of them is not a flood of questions. */
const unknown = new Map<string, number>();
const UNKNOWN_MILLISECONDS = 2_000;
const UNKNOWN_MOST = 1_000;

/**
 * Makes sure that a host has a site, for a route that asks the database nothing else.
 *
 * @throws DomainError `host.unknown`
 */
export async function checkHost(env: Env, who: Visitor): Promise<void> {
  if (who.platform) return;
  const since = unknown.get(who.hostname);
  if (since !== undefined && Date.now() - since < UNKNOWN_MILLISECONDS) throw new DomainError('host.unknown');
  try {
    await readSnapshot(env, who);
  } catch (error) {
    if (error instanceof DomainError && error.code === 'host.unknown') {
      if (unknown.size >= UNKNOWN_MOST) unknown.clear();
      unknown.set(who.hostname, Date.now());
    }
    throw error;
  }
}

/** A refusal that a guard of the database raised: its transaction had entered the site, or was refused at the door. */
const saidByDatabase = (error: Error | undefined): boolean =>
  error?.cause instanceof Error && 'code' in error.cause && error.cause.code === 'PX001';
