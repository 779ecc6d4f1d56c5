import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

/**
 * A value as a `jsonb` parameter. bigint becomes a decimal string. NUL characters are dropped and lone surrogates become
 * the replacement character, in keys too: Postgres refuses both in jsonb, and what cannot even be stored could never be
 * looked at.
 */
export function jsonb(value: unknown): SQL {
  return sql`${JSON.stringify(value ?? null, storable)}::jsonb`;
}

function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return clean(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  // Only an object that has such a key is made anew; its values are visited either way.
  return entries.every(([key]) => clean(key) === key)
    ? value
    : Object.fromEntries(entries.map(([key, member]) => [clean(key), member as unknown]));
}

function clean(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}
