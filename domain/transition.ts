/** The database roles that move states. What each may touch besides is said by grants and policies. */
export type DatabaseRole = 'posx_app' | 'posx_operator' | 'posx_queue';

/** One way out of a state, and the roles that may take it. */
export interface Transition<State extends string> {
  readonly to: State;
  readonly by: readonly DatabaseRole[];
}

/** All ways out of each state. A state without any is final. */
export type TransitionTable<State extends string> = Readonly<Record<State, readonly Transition<State>[]>>;

/** Whether the table lets this role go from one state to the other. Staying in a state is not a transition. */
export function allows<State extends string>(
  table: TransitionTable<State>,
  from: State,
  to: State,
  role: DatabaseRole,
): boolean {
  return table[from].some((transition) => transition.to === to && transition.by.includes(role));
}
