import { describe, expect, it } from 'vitest';
import type { DatabaseRole } from '../transition.ts';
import { RELEASE_STATES, RELEASE_TRANSITIONS, mayTransition } from './state.ts';

const ROLES: readonly DatabaseRole[] = ['posx_app', 'posx_operator', 'posx_queue'];

describe('the states of a release', () => {
  it('never let what is in flight or delivered be reversed or sent anew', () => {
    for (const role of ROLES) {
      for (const from of ['submitting', 'submitted', 'confirmed'] as const) {
        for (const to of ['reversed', 'approved', 'due', 'scheduled', 'submitting'] as const) {
          expect(mayTransition(from, to, role)).toBe(false);
        }
      }
    }
  });

  it('reach custody only through an approval', () => {
    const into = RELEASE_STATES.filter((from) => ROLES.some((role) => mayTransition(from, 'submitting', role)));
    expect(into).toEqual(['approved']);
  });

  it('let an operator approve and retry, and do nothing else', () => {
    const moves = RELEASE_STATES.flatMap((from) =>
      RELEASE_STATES.filter((to) => mayTransition(from, to, 'posx_operator')).map((to) => `${from}>${to}`),
    );
    expect(moves).toEqual(['due>approved', 'failed>approved', 'blocked>approved']);
  });

  it('are out of a buyer’s reach, and a retry is never the machine’s decision', () => {
    for (const from of RELEASE_STATES) {
      for (const to of RELEASE_STATES) expect(mayTransition(from, to, 'posx_app')).toBe(false);
    }
    expect(mayTransition('failed', 'approved', 'posx_queue')).toBe(false);
    expect(mayTransition('blocked', 'approved', 'posx_queue')).toBe(false);
  });

  it('end at confirmed and at reversed', () => {
    const final = RELEASE_STATES.filter((state) => RELEASE_TRANSITIONS[state].length === 0);
    expect(final).toEqual(['confirmed', 'reversed']);
  });
});
