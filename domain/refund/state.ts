import { allows } from '../transition.ts';
import type { DatabaseRole, TransitionTable } from '../transition.ts';

/** The states of a refund, in the order in which a person reads them. */
export const REFUND_STATES = ['requested', 'submitting', 'pending', 'succeeded', 'failed', 'canceled'] as const;

export type RefundState = (typeof REFUND_STATES)[number];

/**
 * How a refund moves. No code of the product asks this table: a trigger of the database enforces the same rows, held in
 * `app.transitions`, and test/isolation/state.test.ts keeps both equal (docs/adr/0003-states-are-tables-twice.md).
 *
 * An operator or the consumer asks; from `submitting` on the provider decides. What is only `requested` either of them
 * may take back, though no route and no sweep does so yet. `succeeded` is not the end: the buyer's bank may send the
 * money back, and then it is still owed. A refund made at the provider itself enters in whatever state it is found.
 */
export const REFUND_TRANSITIONS = {
  requested: [
    { to: 'submitting', by: ['posx_queue'] },
    { to: 'canceled', by: ['posx_operator', 'posx_queue'] },
  ],
  submitting: [
    { to: 'pending', by: ['posx_queue'] },
    { to: 'succeeded', by: ['posx_queue'] },
    { to: 'failed', by: ['posx_queue'] },
    { to: 'canceled', by: ['posx_queue'] },
  ],
  pending: [
    { to: 'succeeded', by: ['posx_queue'] },
    { to: 'failed', by: ['posx_queue'] },
    { to: 'canceled', by: ['posx_queue'] },
  ],
  succeeded: [{ to: 'failed', by: ['posx_queue'] }],
  failed: [],
  canceled: [],
} as const satisfies TransitionTable<RefundState>;

/** Whether a role may move a refund from one state to another. */
export function mayTransition(from: RefundState, to: RefundState, role: DatabaseRole): boolean {
  return allows<RefundState>(REFUND_TRANSITIONS, from, to, role);
}

/** A refund that is asked for but not decided: its share can be neither refunded again nor paid out. */
export function isPending(state: RefundState): boolean {
  return state === 'requested' || state === 'submitting' || state === 'pending';
}

/**
 * A refund that took its share for good. One that failed counts too: the decision to give the money back stands, and
 * until it reaches the buyer it is owed as unapplied money, not earned again.
 */
export function isTaken(state: RefundState): boolean {
  return state === 'succeeded' || state === 'failed';
}

/** The provider's word for a refund. One we do not know is still on its way. */
export function refundStateOf(status: string | null): Exclude<RefundState, 'requested' | 'submitting'> {
  switch (status) {
    case 'succeeded':
    case 'failed':
    case 'canceled':
      return status;
    default:
      return 'pending';
  }
}
