import { PgDialect } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { jsonb } from './json.ts';

const stored = (value: unknown) => JSON.parse(String(new PgDialect().sqlToQuery(jsonb(value)).params[0])) as unknown;

test('what Postgres refuses in jsonb is cleaned, in texts and in keys', () => {
  expect(stored({ a: 'x\0y', ['b\0']: [{ ['\ud800']: '\udc00' }] })).toEqual({ a: 'xy', b: [{ '\ufffd': '\ufffd' }] });
});

test('everything else is kept as it is', () => {
  const value = { text: 'é𝄞', list: [1, null, true], at: new Date(0), deep: { '': '' } };
  expect(stored(value)).toEqual({ ...value, at: '1970-01-01T00:00:00.000Z' });
  expect(stored({ amount: 12n })).toEqual({ amount: '12' });
  expect(stored(undefined)).toBeNull();
});
