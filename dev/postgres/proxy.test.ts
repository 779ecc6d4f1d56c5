import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { neon, neonConfig } from '@neondatabase/serverless';
import type { NeonQueryFunction } from '@neondatabase/serverless';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startNeonProxy } from './proxy.ts';
import type { NeonProxy } from './proxy.ts';
import { startPostgres } from './server.ts';
import type { Postgres } from './server.ts';

let folder: string;
let postgres: Postgres;
let proxy: NeonProxy;
let sql: NeonQueryFunction<false, false>;

/** The host is Neon's in production; the proxy takes the login alone from this address. */
const address = (user: string, password: string): string => `postgres://${user}:${password}@ep-1.neon.invalid/postgres`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posx-proxy-'));
  postgres = await startPostgres({ dataDir: join(folder, 'data'), durable: false });
  proxy = await startNeonProxy({ serverUrl: postgres.superuserUrl });
  neonConfig.fetchEndpoint = proxy.url;
  sql = neon(address('postgres', new URL(postgres.superuserUrl).password));
  await sql`create table item (id int primary key, label text not null, constraint positive check (id > 0))`;
  await sql`create role visitor login password 'guest:1'`;
}, 60_000);

afterEach(() => proxy.setFault(null));

afterAll(async () => {
  await proxy.stop();
  await postgres.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('values', () => {
  it('come back as the driver parses Postgres text', async () => {
    const rows = await sql`select 1 as n, 9007199254740993::int8 as big, true as yes, null::text as none,
      '{"a":[1]}'::jsonb as doc, array['x','y'] as list, 1.50::numeric as exact, '\\xff'::bytea as bytes, ${'ü€😀'} as text`;
    expect(rows).toEqual([
      {
        ...{ n: 1, big: '9007199254740993', yes: true, none: null, doc: { a: [1] }, list: ['x', 'y'], exact: '1.50' },
        ...{ bytes: Buffer.from([255]), text: 'ü€😀' },
      },
    ]);
  });

  it('are objects with JSON values for a client that asks for neither arrays nor raw text', async () => {
    const response = await fetch(proxy.url, {
      method: 'POST',
      headers: { 'Neon-Connection-String': address('visitor', 'guest%3A1') },
      body: JSON.stringify({ query: 'select $1::int as n, true as yes, null as none, 2::int8 as big', params: ['7'] }),
    });
    expect(await response.json()).toMatchObject({ rowCount: 1, rows: [{ n: 7, yes: true, none: null, big: '2' }] });
  });
});

describe('errors', () => {
  it('carry the SQLSTATE, the constraint and the table', async () => {
    const failure = { name: 'NeonDbError', code: '23514', constraint: 'positive', table: 'item', severity: 'ERROR' };
    await expect(sql`insert into item values (-1, 'x')`).rejects.toMatchObject(failure);
  });

  it('refuse several statements in one text, and go on with the next request', async () => {
    await expect(sql.query('select 1; select 2')).rejects.toMatchObject({ code: '42601' });
    expect(await sql`select 2 as n`).toEqual([{ n: 2 }]);
  });

  it('refuse a wrong password and let the right one in', async () => {
    await expect(neon(address('visitor', 'wrong'))`select 1`).rejects.toMatchObject({ code: '28P01' });
    expect(await neon(address('visitor', 'guest%3A1'))`select current_user as who`).toEqual([{ who: 'visitor' }]);
  });

  it.each([
    ['no connection string', {}, '{"query":"select 1"}'],
    ['another kind of URL', { 'Neon-Connection-String': 'https://a@b/c' }, '{"query":"select 1"}'],
    ['a bad escape', { 'Neon-Connection-String': 'postgres://a%ff:b@c/d' }, '{"query":"select 1"}'],
    ['no JSON', { 'Neon-Connection-String': 'postgres://a:b@c/d' }, 'select 1'],
    ['no query text', { 'Neon-Connection-String': 'postgres://a:b@c/d' }, '{"queries":[{"query":1}]}'],
  ])('answer 400 to %s without asking the database', async (_, headers: Record<string, string>, body) => {
    const before = proxy.requests();
    const response = await fetch(proxy.url, { method: 'POST', headers, body });
    expect([response.status, proxy.requests() - before]).toEqual([400, 0]);
  });
});

describe('a batch', () => {
  it('is one transaction, and its settings end with it', async () => {
    const [, inside] = await sql.transaction([
      sql`select set_config('app.probe', 'in', true)`,
      sql`select current_setting('app.probe') as probe`,
    ]);
    expect(inside).toEqual([{ probe: 'in' }]);
    expect(await sql`select coalesce(current_setting('app.probe', true), '') as probe`).toEqual([{ probe: '' }]);
  });

  it('leaves nothing behind when one of its statements fails', async () => {
    const batch = sql.transaction([sql`insert into item values (1, 'a')`, sql`insert into item values (1, 'b')`]);
    await expect(batch).rejects.toMatchObject({ code: '23505', constraint: 'item_pkey' });
    expect(await sql`select count(*)::int as n from item`).toEqual([{ n: 0 }]);
  });

  it('runs at the isolation level it asks for', async () => {
    const query = sql`select current_setting('transaction_isolation') as level, current_setting('transaction_read_only') as only`;
    const [rows] = await sql.transaction([query], { isolationLevel: 'Serializable', readOnly: true });
    expect(rows).toEqual([{ level: 'serializable', only: 'on' }]);
  });
});

describe('counting', () => {
  it('counts a batch as one request and keeps its statements in the trace', async () => {
    const before = proxy.requests();
    await sql.transaction([sql`select 1`, sql`select 2`]);
    await sql`select 3`.catch(() => undefined);
    expect(proxy.requests() - before).toBe(2);
    const [batch, single] = proxy.trace().slice(-2);
    expect(batch).toMatchObject({ role: 'postgres', queries: ['select 1', 'select 2'], batch: true, error: null });
    expect(single).toMatchObject({ queries: ['select 3'], batch: false });
    expect(single?.ms).toBeGreaterThan(0);
  });
});

describe('a cut connection', () => {
  it('before the request leaves no effect', async () => {
    proxy.setFault((phase) => (phase === 'before' ? 'cut' : 'pass'));
    await expect(sql`insert into item values (10, 'before')`).rejects.toThrow('Error connecting to database');
    proxy.setFault(null);
    expect(await sql`select id from item where id = 10`).toEqual([]);
  });

  it('after the request leaves the effect, and the client without an answer', async () => {
    proxy.setFault((phase, request) =>
      phase === 'after' && request.queries[0]?.startsWith('insert') ? 'cut' : 'pass',
    );
    await expect(sql`insert into item values (11, 'after')`).rejects.toThrow('Error connecting to database');
    expect(await sql`select id from item where id = 11`).toEqual([{ id: 11 }]);
  });

  it('on the side of the database is not given to the next request', async () => {
    await expect(sql`select pg_terminate_backend(pg_backend_pid())`).rejects.toMatchObject({ code: '57P01' });
    expect(await sql`select 5 as n`).toEqual([{ n: 5 }]);
  });
});
