import { createHash } from 'node:crypto';
import { openShelf } from '../store.ts';
import type { Store } from '../store.ts';
import type { Caller } from './book.ts';
import { StripeFailure } from './error.ts';
import type { Answer, Call } from './listen.ts';

/** The first answer given under a key, and a fingerprint of what was asked. */
interface Saved {
  fingerprint: string;
  requestId: string | null;
  answer: Answer;
  /** Milliseconds since 1970. */
  savedAt: number;
}

const KEPT_MS = 24 * 3_600_000;
const MAX_KEY_LENGTH = 255;

/** Runs a POST at most once per key and account. */
export type Once = (call: Call, caller: Caller, work: () => Answer) => Answer;

/**
 * Makes the idempotency layer. The first answer of an endpoint that began its work is saved, failures included,
 * and replayed for 24 hours; refusals from before the work (bad parameters, bad key) are not.
 *
 * The returned function throws StripeFailure `idempotency_error` 400 when a key comes back with other parameters.
 * Work is synchronous here, so the 409 for two requests under way at once belongs to whatever layer adds delays.
 */
export function rememberAnswers(store: Store): Once {
  const shelf = openShelf<Saved>(store, 'stripe.idempotency');
  return (call, caller, work) => {
    const key = caller.idempotencyKey;
    if (key === null || call.method !== 'POST') return store.commit(() => settle(work).answer);
    if (key.length > MAX_KEY_LENGTH) {
      const message = `Idempotency-Key is too long: at most ${MAX_KEY_LENGTH} characters.`;
      throw new StripeFailure(400, { type: 'invalid_request_error', message });
    }
    const id = `${caller.account ?? 'platform'} ${key}`;
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([caller.keyKind, call.url.pathname, call.url.search, call.body]))
      .digest('hex');
    const earlier = shelf.get(id);
    if (earlier !== undefined && caller.now.getTime() - earlier.savedAt < KEPT_MS) {
      if (earlier.fingerprint !== fingerprint) throw otherParameters(key);
      const replayed = { 'idempotent-replayed': 'true', 'original-request': earlier.requestId ?? '' };
      return { ...earlier.answer, headers: { ...earlier.answer.headers, ...replayed } };
    }
    return store.commit(() => {
      const { answer, isExecuted } = settle(work);
      if (isExecuted) {
        shelf.put(id, { fingerprint, requestId: caller.requestId, answer, savedAt: caller.now.getTime() });
      }
      return answer;
    });
  };
}

// An executed failure, such as a declined card, has changed the PaymentIntent: it is an answer and must not roll back.
function settle(work: () => Answer): { answer: Answer; isExecuted: boolean } {
  try {
    return { answer: work(), isExecuted: true };
  } catch (error) {
    if (error instanceof StripeFailure && error.isExecuted) return { answer: error.toAnswer(), isExecuted: true };
    throw error;
  }
}

function otherParameters(key: string): StripeFailure {
  const message = `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`;
  return new StripeFailure(400, { type: 'idempotency_error', message });
}
