const HOUR_MILLISECONDS = 3_600_000;

/** Whole hours later. Time here is UTC, which has no summer time, so an hour is always an hour. */
export function addHours(from: Date, hours: number): Date {
  return new Date(from.getTime() + hours * HOUR_MILLISECONDS);
}

/** Whole days of 24 hours later. */
export function addDays(from: Date, days: number): Date {
  return addHours(from, days * 24);
}

/** The earliest of some moments; null of none. */
export function earliest(moments: readonly Date[]): Date | null {
  return moments.reduce<Date | null>((first, each) => (first === null || each < first ? each : first), null);
}
