import { base64url, createRemoteJWKSet, errors, flattenedVerify, type FlattenedVerifyGetKey } from 'jose';
import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import type { FireblocksMessage } from '../../domain/message.ts';
import type { Env } from '../env.ts';
import { fitsQueue } from '../../domain/message_size.ts';

const keySets = new Map<string, FlattenedVerifyGetKey>();

/** The provider's published keys; refetched for an unknown key id at most every half minute. */
function keysOf(env: Env): FlattenedVerifyGetKey {
  const known = keySets.get(env.FIREBLOCKS_JWKS_URL);
  if (known !== undefined) return known;
  const made = createRemoteJWKSet(new URL(env.FIREBLOCKS_JWKS_URL));
  keySets.set(env.FIREBLOCKS_JWKS_URL, made);
  return made;
}

const envelope = z.looseObject({
  id: z.string().min(1),
  eventType: z.string().min(1),
  resourceId: z.string().optional(),
});

/**
 * Verifies a Fireblocks webhook (version 2: a detached JWS over the body) and turns it into the queue's message.
 *
 * A proven forgery is 400, which the provider never sends again; whatever leaves doubt (keys unreachable, a key id we
 * do not know yet) is 503, which it does.
 *
 * @throws DomainError `webhook.signature`, `webhook.unavailable`
 */
export async function readFireblocksWebhook(
  env: Env,
  text: string,
  signature: string | undefined,
): Promise<FireblocksMessage> {
  const [header, payload, mac, ...rest] = signature?.split('.') ?? [];
  if (header === undefined || payload !== '' || mac === undefined || rest.length > 0)
    throw new DomainError('webhook.signature');
  try {
    const body = base64url.encode(text);
    await flattenedVerify({ protected: header, payload: body, signature: mac }, keysOf(env), { algorithms: ['RS512'] });
  } catch (error) {
    throw new DomainError(isForgery(error) ? 'webhook.signature' : 'webhook.unavailable', { cause: error });
  }
  const parsed = envelope.safeParse(parseJson(text));
  if (!parsed.success) throw new DomainError('webhook.signature');
  const event = parsed.data;
  const whole: FireblocksMessage = { v: 1, kind: 'fireblocks', event };
  if (fitsQueue(whole)) return whole;
  const object = event.resourceId ?? event.id;
  return { v: 1, kind: 'fireblocks', full: false, event: { id: event.id, type: event.eventType, object } };
}

function isForgery(error: unknown): boolean {
  return (
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
