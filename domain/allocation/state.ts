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
 * The only truth about how a release moves. What is in flight (`submitting`, `submitted`) or `confirmed` can never be
 * reversed, because tokens may already have left. Operators approve, and retry what failed; a site with automatic
 * approval lets the consumer approve what is due, but a retry is always a person's decision.
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
