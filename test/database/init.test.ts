import { execFile, type ExecFileException } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../../dev/port.ts';
import { startPostgres, type Postgres } from '../../dev/postgres/server.ts';
import { initDatabase, type RoleUrls } from '../../drizzle/init.ts';
import { journal } from '../../drizzle/migrate.ts';
import { ROLES, urlVariable } from '../../drizzle/role.ts';

interface Ended {
  code: number;
  output: string;
}

/** Runs `npm run db:{command}` with nothing but what a deployment sets. */
function db(command: string, variables: Record<string, string>): Promise<Ended> {
  const script = join(import.meta.dirname, '../../dev/db.ts');
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], ...variables };
  return new Promise((resolve) => {
    execFile(process.execPath, [script, command], { env, cwd: '/' }, (error: ExecFileException | null, out, err) =>
      resolve({ code: error === null ? 0 : Number(error.code), output: out + err }),
    );
  });
}

let folder: string;
let server: Postgres;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posx-init-'));
  server = await start(await freePort());
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const start = (port: number) => startPostgres({ dataDir: join(folder, 'postgres'), port, durable: false });

/** Listens where a server should be and hangs up on the first that comes, as one does that is starting. */
async function hangUpOnce(port: number): Promise<void> {
  const listener = createServer();
  const came = new Promise<void>((resolve, reject) => {
    listener.once('error', reject).once('connection', (socket) => {
      socket.destroy();
      listener.close(() => resolve());
    });
  });
  listener.listen(port, '127.0.0.1');
  await came;
}

const urlOf = (port: number, user: string, password: string, database = 'postgres') =>
  `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;

const rolesAt = (port: number, password: string) =>
  Object.fromEntries(ROLES.map((role) => [role, urlOf(port, role, `${password} ${role}`, 'sale')])) as RoleUrls;

const variablesOf = (admin: string, roles: RoleUrls) => ({
  DATABASE_URL: admin,
  ...Object.fromEntries(ROLES.map((role) => [urlVariable(role), roles[role]])),
});

async function query<Row extends pg.QueryResultRow>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

it('db:wait answers when the server comes up after it', async () => {
  const { port, superuserUrl } = server;
  await server.stop();
  const waiting = db('wait', variablesOf(superuserUrl, rolesAt(port, 'x')));
  await hangUpOnce(port);
  server = await start(port);
  expect(await waiting).toEqual({ code: 0, output: 'the database is ready\n' });
});

it('db:init makes roles, database and tables on an empty server; a second run changes only the passwords', async () => {
  const { port, superuserUrl } = server;
  const roles = rolesAt(port, `it's "first"`);
  const count = (await journal()).length;
  const first = await db('init', variablesOf(superuserUrl, roles));
  expect(first).toEqual({ code: 0, output: `roles and database are there, ${count} migrations applied\n` });

  const made = await query(
    superuserUrl,
    `select rolname as name, rolcanlogin as login, rolsuper or rolbypassrls or rolcreaterole or rolcreatedb
       or rolreplication or rolinherit as more, coalesce(array_to_string(rolconfig, ' '), '') as config,
       (select count(*)::int from pg_auth_members m where m.member = r.oid) as memberships
     from pg_roles r where rolname ~ '^posx_'`,
  );
  const role = { login: true, more: false, config: 'search_path=public', memberships: 0 };
  expect(made).toHaveLength(ROLES.length);
  expect(made).toEqual(expect.arrayContaining(ROLES.map((name) => ({ name, ...role }))));
  for (const name of ROLES) {
    expect(await query(roles[name], 'select current_user::text as name')).toEqual([{ name }]);
  }
  // The database is for these roles alone.
  await query(superuserUrl, `create role passer_by login password 'x'`);
  await expect(query(urlOf(port, 'passer_by', 'x', 'sale'), 'select')).rejects.toThrow('permission denied');

  const changed = rolesAt(port, 'second');
  const second = await db('init', variablesOf(superuserUrl, changed));
  expect(second).toEqual({ code: 0, output: 'roles and database are there, 0 migrations applied\n' });
  for (const name of ROLES) {
    await expect(query(roles[name], 'select')).rejects.toThrow('password authentication failed');
    expect(await query(changed[name], 'select 1 as one')).toEqual([{ one: 1 }]);
  }
});

it('db:init says in one sentence which connection string is missing', async () => {
  const given = variablesOf(server.superuserUrl, rolesAt(server.port, 'x'));
  const { code, output } = await db(
    'init',
    Object.fromEntries(Object.entries(given).filter(([name]) => name !== 'DATABASE_URL_SWEEP')),
  );
  expect(code).toBe(1);
  expect(output).toMatch(/^DATABASE_URL is set, but DATABASE_URL_SWEEP is not: .*\n$/);
});

it('refuses a role’s connection string that names another user, another database or no password', async () => {
  const { port, superuserUrl } = server;
  const mistaken = [
    urlOf(port, 'posx_owner', 'x', 'sale'),
    urlOf(port, 'posx_app', 'x', 'other'),
    urlOf(port, 'posx_app', '', 'sale'),
  ];
  for (const posx_app of mistaken) {
    await expect(initDatabase(superuserUrl, { ...rolesAt(port, 'x'), posx_app })).rejects.toThrow(TypeError);
  }
});
