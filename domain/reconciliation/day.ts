const DAY_MILLISECONDS = 24 * 60 * 60_000;

/** What came at the day's last moment is given this long to be heard of. */
const MARGIN_MILLISECONDS = 60 * 60_000;

/** A day of UTC, from its beginning to that of the next. */
export interface Day {
  /** `2026-11-28` */
  readonly name: string;
  readonly from: Date;
  readonly to: Date;
}

/**
 * The next day to reconcile; null while none is over.
 *
 * @param doneUntil the end of the last one that was; null for an account that is new: then it is yesterday.
 */
export function dayToReconcile(doneUntil: Date | null, now: Date): Day | null {
  const today = Math.floor(now.getTime() / DAY_MILLISECONDS) * DAY_MILLISECONDS;
  const from = new Date(doneUntil?.getTime() ?? today - DAY_MILLISECONDS);
  const to = new Date(from.getTime() + DAY_MILLISECONDS);
  if (to.getTime() + MARGIN_MILLISECONDS > now.getTime()) return null;
  return { name: from.toISOString().slice(0, 10), from, to };
}
