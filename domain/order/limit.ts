import { addHours } from '../time.ts';

/** So many orders that expire within an hour make the buyer wait. */
export const EXPIRED_MAX = 3;

/** Both how close together the expiries must be, and how long the wait is. */
export const EXPIRED_HOURS = 1;

/**
 * Until when a buyer may place no order because several expired: an hour from the third of any three that expired within
 * an hour. `app.place_order` holds the same rule.
 *
 * @param expiredAt when orders of this buyer on this site expired, in any order; those of the last two hours suffice.
 * @returns null when nothing stands against an order now.
 */
export function waitAfterExpiries(expiredAt: readonly Date[], now: Date): Date | null {
  const times = [...expiredAt].sort((left, right) => left.getTime() - right.getTime());
  let until: Date | null = null;
  for (const [index, third] of times.entries()) {
    const first = times[index - (EXPIRED_MAX - 1)];
    if (first !== undefined && third <= addHours(first, EXPIRED_HOURS)) until = addHours(third, EXPIRED_HOURS);
  }
  return until !== null && now < until ? until : null;
}
