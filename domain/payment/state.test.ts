import { expect, it } from 'vitest';
import type { DatabaseRole } from '../transition.ts';
import { PAYMENT_STATES, isCaptured, mayTransition } from './state.ts';

function moves(role: DatabaseRole): string[] {
  return PAYMENT_STATES.flatMap((from) =>
    PAYMENT_STATES.filter((to) => mayTransition(from, to, role)).map((to) => `${from}>${to}`),
  );
}

it('lets nobody but the consumer say that money came', () => {
  expect(moves('posx_app')).toEqual(['open>canceled']);
  expect(moves('posx_operator')).toEqual([]);
});

it('never forgets captured money', () => {
  for (const move of moves('posx_queue')) {
    const [from, to] = move.split('>').map((state) => PAYMENT_STATES.find((each) => each === state));
    if (from !== undefined && to !== undefined && isCaptured(from)) expect(isCaptured(to)).toBe(true);
  }
});
