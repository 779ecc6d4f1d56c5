import { openShelf } from '../store.ts';
import type { Store } from '../store.ts';
import type { Answer, Call } from '../stripe/listen.ts';
import { CustodyFailure } from './error.ts';

/** Runs a POST at most once per key. */
export type Once = (call: Call, work: () => Answer) => Answer;

const KEPT_MS = 24 * 3_600_000;
const MAX_KEY_LENGTH = 40;

/**
 * Makes the layer behind `Idempotency-Key`: the first success is replayed for 24 hours, whatever the later body says.
 * The returned function throws CustodyFailure 400 for a key of more than 40 characters.
 */
export function rememberAnswers(store: Store): Once {
  const shelf = openShelf<{ answer: Answer; savedAt: number }>(store, 'custody.idempotency');
  return (call, work) => {
    const key = call.headers['idempotency-key'];
    if (typeof key !== 'string' || key === '') return store.commit(work);
    if (key.length > MAX_KEY_LENGTH) {
      throw new CustodyFailure(400, 1400, `Idempotency-Key must have at most ${MAX_KEY_LENGTH} characters`);
    }
    const earlier = shelf.get(key);
    if (earlier !== undefined && Date.now() - earlier.savedAt < KEPT_MS) return earlier.answer;
    return store.commit(() => {
      const answer = work();
      shelf.put(key, { answer, savedAt: Date.now() });
      return answer;
    });
  };
}
