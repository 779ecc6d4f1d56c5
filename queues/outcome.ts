/**
 * How a message ended without an error.
 *
 * - `applied`: something changed
 * - `repeated`: all of it had been done before
 * - `ignored`: nothing of ours, or nothing that concerns us
 * - `parked`: kept for an operator, who was alerted
 * - `waiting`: not yet; a sweep comes back to it
 */
export interface Outcome {
  readonly outcome: 'applied' | 'repeated' | 'ignored' | 'parked' | 'waiting';
  /** Why, for every outcome but the first two; a code, never a text of somebody else. */
  readonly reason?: string;
}
