import { allows } from '../transition.ts';
import type { DatabaseRole, TransitionTable } from '../transition.ts';

/** The states of an order, in the order in which a person reads them. */
export const ORDER_STATUSES = ['pending', 'paid', 'cancelled', 'expired', 'review', 'refunded'] as const;

export type OrderStatus = (typeof ORDER_STATUSES)[number];

/**
 * How an order moves. No code of the product asks this table: a trigger of the database enforces the same rows, held in
 * `app.transitions`, and test/isolation/state.test.ts keeps both equal (docs/adr/0003-states-are-tables-twice.md).
 *
 * Nothing leads back to `pending`, and money decides in the consumer alone: only `posx_queue` reaches `paid`, `review`
 * and `refunded`. Money that comes after `expired` or `cancelled` makes the order `paid` while stock and tier still
 * allow, else `review`.
 */
export const ORDER_TRANSITIONS = {
  pending: [
    { to: 'paid', by: ['posx_queue'] },
    { to: 'cancelled', by: ['posx_app', 'posx_queue'] },
    { to: 'expired', by: ['posx_queue'] },
  ],
  paid: [{ to: 'refunded', by: ['posx_queue'] }],
  cancelled: [
    { to: 'paid', by: ['posx_queue'] },
    { to: 'review', by: ['posx_queue'] },
  ],
  expired: [
    { to: 'paid', by: ['posx_queue'] },
    { to: 'review', by: ['posx_queue'] },
  ],
  review: [
    { to: 'paid', by: ['posx_queue'] },
    { to: 'refunded', by: ['posx_queue'] },
  ],
  refunded: [],
} as const satisfies TransitionTable<OrderStatus>;

/** Whether a role may move an order from one status to another. */
export function mayTransition(from: OrderStatus, to: OrderStatus, role: DatabaseRole): boolean {
  return allows<OrderStatus>(ORDER_TRANSITIONS, from, to, role);
}
