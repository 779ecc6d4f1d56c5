import { customType } from 'drizzle-orm/pg-core';

/** `bytea` as a hexadecimal string in JavaScript: hashes are compared and printed, never computed with. */
export const bytes = customType<{ data: string; driverData: string }>({
  dataType: () => 'bytea',
  toDriver: (hex) => `\\x${hex}`,
  fromDriver: (value) => value.replace(/^\\x/, ''),
});
