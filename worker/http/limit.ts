import type { RateLimit } from '@cloudflare/workers-types';
import type { Context, MiddlewareHandler } from 'hono';
import { DomainError } from '../../domain/error.ts';
import type { LimitLevel } from '../../domain/site/limits.ts';
import type { App } from '../env.ts';
import { settingsOf } from '../site/snapshot.ts';
import { addressBucket } from './client_address.ts';

/** What is counted; the bindings `LIMIT_{KIND}_{LEVEL}` of wrangler.toml say how much of it is allowed. */
export const LIMIT_KINDS = ['request', 'sign_in', 'wallet', 'order', 'payment', 'promo'] as const;

export type LimitKind = (typeof LIMIT_KINDS)[number];

/** Whom a limit counts: two requests of one key share the allowance. */
export type LimitKey = (c: Context<App>) => string | Promise<string>;

/** All bindings count by the minute, and do not tell when the minute began. */
const PERIOD_SECONDS = 60;

/**
 * Refuses what comes too often, before anything is read or written for it. Which size holds is the site's own setting, as
 * this isolate last saw it: a limit never costs a round trip, and before the first look it is the normal one.
 *
 * It protects from floods and guessing; it is counted for each location of Cloudflare, and roughly. Where stock or money
 * is at stake the database counts exactly.
 *
 * @throws DomainError `request.rate_limited`
 * @throws TypeError when wrangler.toml lacks the binding: a limit is never silently off
 */
export const limit = (kind: LimitKind, key: LimitKey): MiddlewareHandler<App> =>
  async function limitRequest(c, next) {
    await countRequest(c, kind, key);
    await next();
  };

/**
 * Counts a request as {@link limit} does, for a route that counts only some of its own.
 *
 * @throws DomainError `request.rate_limited`
 */
export async function countRequest(c: Context<App>, kind: LimitKind, key: LimitKey): Promise<void> {
  const { hostname } = c.get('visitor');
  const level = settingsOf(hostname)?.limits ?? 'normal';
  const { success } = await counterOf(c, kind, level).limit({ key: `${hostname} ${await key(c)}` });
  if (!success) {
    throw new DomainError('request.rate_limited', { extra: { retry_after_seconds: PERIOD_SECONDS } });
  }
}

/** By the address Cloudflare saw the request come from. */
export const byAddress: LimitKey = (c) => addressBucket(c.get('visitor').clientAddress);

/**
 * By address and by the wallet that the signed text speaks of: one wallet cannot be locked out from elsewhere. A signature
 * is hexadecimal too, and whoever guesses writes a new one each time: so no other member of the body is looked at.
 */
export const byAddressAndWallet: LimitKey = async (c) => {
  const body: unknown = await c.req.json().catch(() => null);
  const text = typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : '';
  const wallet = /0x[0-9a-f]{40}/i.exec(text)?.[0].toLowerCase();
  return `${await byAddress(c)} ${wallet ?? ''}`;
};

/** By who is signed in, as the request itself tells: by the session, or by whom an access token speaks for. */
export const byUser: LimitKey = (c) => {
  const { session, bearer } = c.get('visitor');
  if (session !== undefined) return `session ${session}`;
  if (bearer?.kind === 'user') return `subject ${bearer.subject}`;
  return bearer === undefined ? byAddress(c) : `client ${bearer.client}`;
};

/** The binding that counts one kind in one size. */
export const limitName = (kind: LimitKind, level: LimitLevel) => `LIMIT_${upper(kind)}_${upper(level)}` as const;

function counterOf(c: Context<App>, kind: LimitKind, level: LimitLevel) {
  const name = limitName(kind, level);
  // A binding that wrangler.toml forgot is undefined at run time, whatever the type says.
  const counter = c.env[name] as RateLimit | undefined;
  if (counter === undefined) throw new TypeError(`wrangler.toml lacks the binding ${name}`);
  return counter;
}

const upper = <Text extends string>(text: Text) => text.toUpperCase() as Uppercase<Text>;
