/**
 * Something the platform is asked to do, so that it can be cut at every request it makes. Whatever is cut, its end must
 * be that of the undisturbed run.
 */
export interface Operation<World = unknown> {
  readonly name: string;
  /** Everything that must be there first; nothing of it is cut. */
  readonly prepare: () => Promise<World>;
  /** Asks for it as the real caller does, who asks again with the same key when there is no answer. */
  readonly run: (world: World) => Promise<void>;
  /** What it came to, without ids and times: equal for equal ends. Null while it is under way. */
  readonly outcome: (world: World) => Promise<unknown>;
}

/** Ties an operation to its own world, so that a list may hold all of them. */
export const operation = <World>(made: Operation<World>): Operation => made as Operation;
