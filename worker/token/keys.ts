import { importJWK, type CryptoKey } from 'jose';
import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import type { Env } from '../env.ts';

/** Runs work beside the answer: `waitUntil` of the request's execution context. */
export type Later = (work: Promise<unknown>) => void;

/** How often at most the issuer is asked again because of a key id that we do not have. */
const COOLDOWN_MS = 60_000;

/** The same while we have no key at all, and every token waits. */
const EMPTY_COOLDOWN_MS = 5_000;

/** How old keys may be until they are read again, beside a request. What the issuer withdrew is gone after that. */
const MAX_AGE_MS = 600_000;

const TIMEOUT_MS = 5_000;
const POLL_MS = 25;
const RSA_BITS_MIN = 2_048;

/** What this isolate has of one issuer. */
interface Held {
  /** Empty until the first answer, or the seed. */
  keys: ReadonlyMap<string, CryptoKey>;
  /** When the keys were read; 0 for those of the seed, which are used and read again at once. */
  readAt: number;
  askedAt: number;
  asking: boolean;
  /** The last question got no answer with keys in it. */
  failed: boolean;
}

const issuers = new Map<string, Held>();

/**
 * The issuer's key with this id, from memory wherever possible. For an id that is not there the issuer is asked again,
 * once a minute at most; while it cannot be reached, the keys we have go on working.
 *
 * @param kid as the token's header names it
 * @param later where old keys are read again without keeping the request waiting
 * @returns undefined when the issuer has no such key
 * @throws DomainError `auth.unavailable` when that cannot be told because the issuer does not answer
 */
export async function signingKey(env: Env, kid: string, later: Later): Promise<CryptoKey | undefined> {
  const held = await holdOf(env);
  const known = held.keys.get(kid);
  if (known !== undefined) {
    if (Date.now() - held.readAt > MAX_AGE_MS && mayAsk(held)) later(ask(env, held));
    return known;
  }
  if (isAsking(held)) await answered(held);
  else if (mayAsk(held)) await ask(env, held);
  const found = held.keys.get(kid);
  if (found === undefined && (held.failed || held.keys.size === 0)) throw new DomainError('auth.unavailable');
  return found;
}

async function holdOf(env: Env): Promise<Held> {
  const known = issuers.get(env.AUTH0_ISSUER);
  if (known !== undefined) return known;
  const keys = env.AUTH0_JWKS === undefined || env.AUTH0_JWKS === '' ? new Map() : await readKeys(env.AUTH0_JWKS);
  const made: Held = { keys, readAt: 0, askedAt: 0, asking: false, failed: false };
  issuers.set(env.AUTH0_ISSUER, made);
  return made;
}

const mayAsk = ({ keys, askedAt }: Held) => Date.now() - askedAt >= (keys.size === 0 ? EMPTY_COOLDOWN_MS : COOLDOWN_MS);

/** A request that was cut off while it asked never tells the end of it, so the time-out ends it too. */
const isAsking = ({ asking, askedAt }: Held) => asking && Date.now() - askedAt < TIMEOUT_MS;

/** One request may not wait for another one's I/O, so it looks now and then whether that one has its answer. */
async function answered(held: Held): Promise<void> {
  while (isAsking(held)) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
}

/** Never throws: without an answer the keys stay as they are. */
async function ask(env: Env, held: Held): Promise<void> {
  held.asking = true;
  held.askedAt = Date.now();
  try {
    const answer = await fetch(`${env.AUTH0_ISSUER}.well-known/jwks.json`, {
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const keys: ReadonlyMap<string, CryptoKey> = answer.ok ? await readKeys(await answer.text()) : new Map();
    held.failed = keys.size === 0;
    if (held.failed) return;
    held.keys = keys;
    held.readAt = Date.now();
  } catch {
    held.failed = true;
  } finally {
    held.asking = false;
  }
}

const keySet = z.object({ keys: z.array(z.unknown()).max(50) });

const usableKey = z.object({
  kty: z.literal('RSA'),
  use: z.literal('sig'),
  alg: z.literal('RS256'),
  kid: z.string().min(1).max(128),
  n: z.string(),
  e: z.string(),
});

/** The usable keys of a JWK Set: RSA of 2048 bits or more, for RS256 signatures. Any other text has none. */
async function readKeys(text: string): Promise<ReadonlyMap<string, CryptoKey>> {
  const keys = new Map<string, CryptoKey>();
  const set = keySet.safeParse(parseJson(text));
  for (const entry of set.data?.keys ?? []) {
    const jwk = usableKey.safeParse(entry);
    const key = jwk.success ? await importKey(jwk.data) : null;
    if (jwk.success && key !== null && !keys.has(jwk.data.kid)) keys.set(jwk.data.kid, key);
  }
  return keys;
}

async function importKey({ kty, n, e }: z.infer<typeof usableKey>): Promise<CryptoKey | null> {
  try {
    const key = await importJWK({ kty, n, e }, 'RS256');
    if (key instanceof Uint8Array) return null;
    const { modulusLength = 0 } = key.algorithm as { modulusLength?: number };
    return modulusLength >= RSA_BITS_MIN ? key : null;
  } catch {
    return null;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
