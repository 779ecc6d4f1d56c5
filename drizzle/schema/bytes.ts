import { customType } from 'drizzle-orm/pg-core';

/**
 * `bytea` as a hexadecimal string in JavaScript: hashes are compared and printed, never computed with. Drivers read it
 * as bytes or as PostgreSQL's own `\x…` text.
 */
export const bytes = customType<{ data: string; driverData: string | Uint8Array }>({
  dataType: () => 'bytea',
  toDriver: (hex) => `\\x${hex}`,
  fromDriver: (value) =>
    typeof value === 'string'
      ? value.replace(/^\\x/, '')
      : Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join(''),
});
