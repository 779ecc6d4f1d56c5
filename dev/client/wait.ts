import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again until the answer is there: queues, webhooks and blocks take their time.
 *
 * @param what named in the error
 * @param look answers undefined while it is not there yet
 * @throws Error after `seconds`
 */
export async function waitFor<Result>(
  what: string,
  look: () => Promise<Result | undefined>,
  seconds = 30,
): Promise<Result> {
  const until = Date.now() + seconds * 1_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > until) throw new Error(`${what} did not happen within ${seconds} s`);
    await sleep(100);
  }
}
