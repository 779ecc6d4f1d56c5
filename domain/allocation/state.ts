import { allows } from '../transition.ts';
import type { DatabaseRole, TransitionTable } from '../transition.ts';

/** The states of a release, along its way from the schedule to the buyer's wallet. */
export const RELEASE_STATES = [
  'scheduled',
  'due',
  'approved',
  'submitting',
  'submitted',
  'confirmed',
  'failed',
  'blocked',
  'reversed',
] as const;

export type ReleaseState = (typeof RELEASE_STATES)[number];

/**
 * How a release moves. No code of the product asks this table: a trigger of the database enforces the same rows, held
 * in `app.transitions`, and test/isolation/state.test.ts keeps both equal (docs/adr/0003-states-are-tables-twice.md).
 *
 * What is in flight (`submitting`, `submitted`) or `confirmed` can never be reversed, because tokens may already have
 * left. Operators approve, and retry what failed. The consumer may approve what is due, though nothing in it does so
 * yet; a retry is always a person's decision.
 */
export const RELEASE_TRANSITIONS = {
  scheduled: [
    { to: 'due', by: ['posx_queue'] },
    { to: 'reversed', by: ['posx_queue'] },
  ],
  due: [
    { to: 'approved', by: ['posx_operator', 'posx_queue'] },
    { to: 'reversed', by: ['posx_queue'] },
  ],
  approved: [
    { to: 'submitting', by: ['posx_queue'] },
    { to: 'reversed', by: ['posx_queue'] },
  ],
  submitting: [
    { to: 'submitted', by: ['posx_queue'] },
    { to: 'confirmed', by: ['posx_queue'] },
    { to: 'failed', by: ['posx_queue'] },
    { to: 'blocked', by: ['posx_queue'] },
  ],
  submitted: [
    { to: 'confirmed', by: ['posx_queue'] },
    { to: 'failed', by: ['posx_queue'] },
    { to: 'blocked', by: ['posx_queue'] },
  ],
  confirmed: [],
  failed: [
    { to: 'approved', by: ['posx_operator'] },
    { to: 'reversed', by: ['posx_queue'] },
  ],
  blocked: [
    { to: 'approved', by: ['posx_operator'] },
    { to: 'reversed', by: ['posx_queue'] },
  ],
  reversed: [],
} as const satisfies TransitionTable<ReleaseState>;

/** Whether a role may move a release from one state to another. */
export function mayTransition(from: ReleaseState, to: ReleaseState, role: DatabaseRole): boolean {
  return allows<ReleaseState>(RELEASE_TRANSITIONS, from, to, role);
}
