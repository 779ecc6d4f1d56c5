import { field, refuse } from '../stripe/control.ts';
import type { Answer, Call } from '../stripe/listen.ts';

/**
 * How transfers to one address go: `away`, the request is answered 503 and nothing is done; `held`, the transfer waits for
 * a signature; `rejected`, whoever should sign refuses.
 */
const FATES = ['away', 'held', 'rejected', 'normal'] as const;
type Fate = (typeof FATES)[number];

/** What was ordered for transfers to certain addresses, so that those of others go on as always. */
export class Faults {
  readonly #fates = new Map<string, Fate>();

  fateOf(address: string): Fate {
    return this.#fates.get(address.toLowerCase()) ?? 'normal';
  }

  /** Carries out a control; null if the path is none of these. */
  control({ method, url, body }: Call): Answer | null {
    if (method !== 'POST') return null;
    if (url.pathname === '/_control/reset_faults') this.#fates.clear();
    if (url.pathname !== '/_control/transfers') return null;
    const [address, fate] = [field(body, 'to'), FATES.find((known) => known === field(body, 'fate'))];
    if (typeof address !== 'string' || fate === undefined) {
      return refuse(400, `to must be an address and fate one of ${FATES.join(', ')}.`);
    }
    this.#fates.set(address.toLowerCase(), fate);
    return { status: 200, body: { to: address, fate } };
  }
}
