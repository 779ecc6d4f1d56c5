import type { ApiAnswer } from '../../dev/client/visitor.ts';

/** How often a page asks again when it does not know what became of its request. */
const TRIES = 4;

/**
 * Sends the same request until there is an answer that is one: no connection and 5xx leave the outcome open.
 *
 * @throws Error when every try ends without one
 */
export async function persist<Body>(send: () => Promise<ApiAnswer<Body>>): Promise<ApiAnswer<Body>> {
  let failure: unknown;
  for (let attempt = 1; attempt <= TRIES; attempt += 1) {
    try {
      const answer = await send();
      if (answer.status < 500) return answer;
      failure = new Error(`the API answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}
