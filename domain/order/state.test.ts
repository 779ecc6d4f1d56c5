import { describe, expect, it } from 'vitest';
import type { DatabaseRole } from '../transition.ts';
import { ORDER_STATUSES, ORDER_TRANSITIONS, mayTransition } from './state.ts';
import type { OrderStatus } from './state.ts';

const ROLES: readonly DatabaseRole[] = ['posx_app', 'posx_operator', 'posx_queue'];

/** All moves the table allows a role, as `from>to`. */
function moves(role: DatabaseRole): string[] {
  return ORDER_STATUSES.flatMap((from) =>
    ORDER_STATUSES.filter((to) => mayTransition(from, to, role)).map((to) => `${from}>${to}`),
  );
}

describe('the states of an order', () => {
  it('never lead back to pending, nor stay where they are', () => {
    for (const role of ROLES) {
      for (const from of ORDER_STATUSES) {
        expect(mayTransition(from, 'pending', role)).toBe(false);
        expect(mayTransition(from, from, role)).toBe(false);
      }
    }
  });

  it('let a buyer cancel what is unpaid and nothing else', () => {
    expect(moves('posx_app')).toEqual(['pending>cancelled']);
  });

  it('are out of an operator’s reach', () => {
    expect(moves('posx_operator')).toEqual([]);
  });

  it('are the ones of the rules for the consumer', () => {
    expect(moves('posx_queue')).toEqual([
      'pending>paid',
      'pending>cancelled',
      'pending>expired',
      'paid>refunded',
      'cancelled>paid',
      'cancelled>review',
      'expired>paid',
      'expired>review',
      'review>paid',
      'review>refunded',
    ]);
  });

  it('end at refunded', () => {
    expect(ORDER_TRANSITIONS.refunded).toEqual([]);
  });

  it('are all reached from pending', () => {
    const reached = new Set<OrderStatus>(['pending']);
    for (const from of reached) {
      for (const to of ORDER_STATUSES) if (mayTransition(from, to, 'posx_queue')) reached.add(to);
    }
    expect([...reached].sort()).toEqual([...ORDER_STATUSES].sort());
  });
});
