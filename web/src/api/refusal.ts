import type { Problem } from '../../../worker/http/shape.ts';
import type { Quote } from '../../../worker/order/shape.ts';

/** What went wrong, in the API's words. `quote` comes with `tier.changed`. */
export type Fault = Pick<Problem, 'code' | 'detail' | 'status' | 'request_id'> & { quote?: Quote };

/** A request that was refused, or that never reached the API (`network.unreachable`, status 0). */
export class Refusal extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.code);
    this.name = 'Refusal';
    this.fault = fault;
  }

  /** True when the outcome is unknown or may change: the same request, with the same key, can be sent again. */
  get open(): boolean {
    return this.fault.status === 0 || this.fault.status === 429 || this.fault.status >= 500;
  }
}

/** Any thrown value as a refusal, so that a page has one thing to show. */
export function asRefusal(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  console.error(error);
  return new Refusal({ code: 'internal', detail: '', status: 500, request_id: '' });
}
