/** How much of an instant to say: its day, its day and minute, or the minute alone. */
export type Detail = 'day' | 'minute' | 'time';

const OPTIONS: Record<Detail, Intl.DateTimeFormatOptions> = {
  day: { day: 'numeric', month: 'long', year: 'numeric' },
  minute: { day: 'numeric', month: 'long', year: 'numeric', hour: 'numeric', minute: '2-digit' },
  time: { hour: 'numeric', minute: '2-digit' },
};

/** An instant in words. `instant` is ISO 8601; `zone` an IANA name: the server says UTC, a browser its own. */
export function formatDate(instant: string, detail: Detail, locale: string, zone: string): string {
  return new Intl.DateTimeFormat(locale, { ...OPTIONS[detail], timeZone: zone }).format(new Date(instant));
}

/** The whole instant with its zone, for who looks closer. */
export function formatExactDate(instant: string, locale: string, zone: string): string {
  const format = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long', timeZone: zone });
  return format.format(new Date(instant));
}
