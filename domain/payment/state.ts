import { allows } from '../transition.ts';
import type { DatabaseRole, TransitionTable } from '../transition.ts';

/** The states of a PaymentIntent of ours, in the order in which a person reads them. */
export const PAYMENT_STATES = ['open', 'applied', 'canceled', 'review', 'surplus'] as const;

export type PaymentState = (typeof PAYMENT_STATES)[number];

/**
 * How a payment moves. No code of the product asks this table: a trigger of the database enforces the same rows, held
 * in `app.transitions`, and test/isolation/state.test.ts keeps both equal (docs/adr/0003-states-are-tables-twice.md).
 *
 * `applied`, `review` and `surplus` are all captured: the first pays its order, the second waits for an operator
 * because the order could no longer take it, the third came on top of another payment and goes back. Money decides in
 * the consumer alone. A payment we took for cancelled may still turn out captured: what the provider says stands above
 * what we believed.
 */
export const PAYMENT_TRANSITIONS = {
  open: [
    { to: 'applied', by: ['posx_queue'] },
    { to: 'canceled', by: ['posx_app', 'posx_queue'] },
    { to: 'review', by: ['posx_queue'] },
    { to: 'surplus', by: ['posx_queue'] },
  ],
  applied: [],
  canceled: [
    { to: 'applied', by: ['posx_queue'] },
    { to: 'review', by: ['posx_queue'] },
    { to: 'surplus', by: ['posx_queue'] },
  ],
  review: [{ to: 'applied', by: ['posx_queue'] }],
  surplus: [],
} as const satisfies TransitionTable<PaymentState>;

/** Whether a role may move a payment from one state to another. */
export function mayTransition(from: PaymentState, to: PaymentState, role: DatabaseRole): boolean {
  return allows<PaymentState>(PAYMENT_TRANSITIONS, from, to, role);
}

/** Whether the provider has captured the money of a payment. */
export function isCaptured(state: PaymentState): boolean {
  return state === 'applied' || state === 'review' || state === 'surplus';
}
