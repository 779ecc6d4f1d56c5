import { describe, expect, it } from 'vitest';
import type { DatabaseRole } from '../transition.ts';
import { REFUND_STATES, isPending, isTaken, mayTransition, refundStateOf } from './state.ts';

function moves(role: DatabaseRole): string[] {
  return REFUND_STATES.flatMap((from) =>
    REFUND_STATES.filter((to) => mayTransition(from, to, role)).map((to) => `${from}>${to}`),
  );
}

describe('the states of a refund', () => {
  it('let an operator take a wish back, and nothing else', () => {
    expect(moves('posx_operator')).toEqual(['requested>canceled']);
    expect(moves('posx_app')).toEqual([]);
  });

  it('never lead back, and a success can only be undone by the bank', () => {
    for (const move of moves('posx_queue')) {
      const [from, to] = move.split('>');
      expect(REFUND_STATES.findIndex((state) => state === to)).toBeGreaterThan(
        REFUND_STATES.findIndex((state) => state === from),
      );
    }
    expect(moves('posx_queue').filter((move) => move.startsWith('succeeded'))).toEqual(['succeeded>failed']);
  });

  it('either hold a share, have taken it, or have let it go', () => {
    expect(REFUND_STATES.filter(isPending)).toEqual(['requested', 'submitting', 'pending']);
    expect(REFUND_STATES.filter(isTaken)).toEqual(['succeeded', 'failed']);
  });
});

it('takes a word it does not know for a refund on its way', () => {
  expect(['requires_action', 'pending', 'novel', null].map(refundStateOf)).toEqual(Array(4).fill('pending'));
  expect(['succeeded', 'failed', 'canceled'].map(refundStateOf)).toEqual(['succeeded', 'failed', 'canceled']);
});
