import { StripeFailure } from './error.ts';
import type { Answer, Call } from './listen.ts';

/** How the next fitting requests to the API go wrong. */
export interface Fault {
  /** `timeout` and `status` do nothing but answer badly; the others do the work first. */
  mode: 'timeout' | 'act_then_timeout' | 'status' | 'act_then_status';
  /** For the modes that answer: 400 to 599. */
  status: number;
  /** How many requests it meets. */
  times: number;
  /** What the path begins with. `*` stands for one segment, `$` at the end for the end. */
  path: string;
  method?: string;
  /** Only requests on behalf of this account. */
  account?: string;
  /** What a time-out is: a connection that is closed, or one that hangs until the caller has enough. */
  silence: 'close' | 'hang';
}

/** The faults that are still to come. */
export class Faults {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push({ ...fault });
  }

  clear(): void {
    this.#faults = [];
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** The fault that meets a request, which uses it up by one. */
  take(call: Call): Fault | undefined {
    const found = call.method === 'OPTIONS' ? undefined : this.#faults.find((fault) => meets(fault, call));
    if (found === undefined) return undefined;
    found.times -= 1;
    this.#faults = this.#faults.filter(({ times }) => times > 0);
    return found;
  }
}

/** The answer of a fault that answers, or of one that keeps silent. */
export function failWith(fault: Fault): { failure: StripeFailure; headers: Record<string, string> } {
  const { status } = fault;
  // A 5xx is the end of work that had begun: it is saved under the idempotency key.
  if (status >= 500) {
    const message = 'An unknown error occurred while processing your request. Please try again.';
    return { failure: new StripeFailure(status, { type: 'api_error', message }, true), headers: {} };
  }
  if (status === 429) {
    const message =
      'Request rate limit exceeded. Learn more about rate limits here https://docs.stripe.com/rate-limits.';
    const failure = new StripeFailure(429, { type: 'invalid_request_error', code: 'rate_limit', message });
    return { failure, headers: { 'retry-after': '1', 'stripe-rate-limited-reason': 'global-rate' } };
  }
  if (status === 409) {
    const message =
      'There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through). Please try again later.';
    const body = { type: 'idempotency_error', code: 'idempotency_key_in_use', message } as const;
    return { failure: new StripeFailure(409, body), headers: { 'stripe-should-retry': 'true' } };
  }
  const failure = new StripeFailure(status, { type: 'invalid_request_error', message: 'The request was refused.' });
  return { failure, headers: {} };
}

/** An answer that never comes. */
export function keepSilent({ silence }: Fault): Answer {
  return { status: 200, body: '', silence };
}

function meets({ path, method, account }: Fault, { method: asked, url, headers }: Call): boolean {
  if (method !== undefined && method !== asked) return false;
  if (account !== undefined && account !== (headers['stripe-account'] ?? headers['stripe-context'])) return false;
  return toPattern(path).test(url.pathname);
}

function toPattern(path: string): RegExp {
  const escaped = path.replace(/\$$/, '').replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replaceAll('*', '[^/]+')}${path.endsWith('$') ? '$' : ''}`);
}
