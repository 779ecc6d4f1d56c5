import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';

/**
 * A value as a `jsonb` parameter. bigint becomes a decimal string, and NUL characters are dropped: Postgres refuses them
 * in jsonb, and what cannot even be stored could never be looked at.
 */
export function jsonb(value: unknown): SQL {
  return sql`${JSON.stringify(value ?? null, storable)}::jsonb`;
}

function storable(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'string' ? value.replaceAll('\0', '') : value;
}
