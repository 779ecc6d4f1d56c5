import { beforeEach, expect, it } from 'vitest';
import { ask } from '../../dev/client/http.ts';
import { shiftClock } from '../../dev/shift_clock.ts';
import { connect } from '../../drizzle/transaction.ts';
import type { Env } from '../../worker/env.ts';
import { readiness, type Readiness } from '../../worker/probe/readiness.ts';
import { withClient } from '../harness/database.ts';
import { useStack } from '../harness/stack.ts';

const WELL: Readiness = { database: 'ok', queue: 'ok', consumer: 'ok', role: 'ok', migrations: 'ok', clock: 'ok' };

/** What the platform itself answers. */
async function ready(): Promise<{ status: number; body: { status: string; checks: Readiness } }> {
  const { status, text } = await ask(`${useStack().platform.url}/ready/`);
  return { status, body: JSON.parse(text) as { status: string; checks: Readiness } };
}

async function expectUnready(checks: Partial<Record<keyof Readiness, unknown>>): Promise<void> {
  expect(await ready()).toEqual({ status: 503, body: { status: 'unready', checks: { ...WELL, ...checks } } });
}

/** The API's variables as production has them, on the stack's database. */
function env(changes: Partial<Env> = {}): Env {
  const { database } = useStack();
  const queue = {} as Env['PAYMENTS'];
  const variables: Partial<Env> = {
    PLATFORM_HOST: 'platform.example.com',
    DATABASE_URL_APP: database.app,
    DATABASE_URL_OPERATOR: database.operator,
    DATABASE_URL_READONLY: database.readonly,
    DATABASE_URL_ADMIN: database.admin,
    NEON_ENDPOINT: database.endpoint,
    PAYMENTS: queue,
    CUSTODY: queue,
    ...changes,
  };
  return variables as Env;
}

/** Lets the superuser change something for as long as `work` takes. */
async function whileChanged(change: string, back: string, work: () => Promise<void>): Promise<void> {
  await withClient('superuser', (client) => client.query(change));
  try {
    await work();
  } finally {
    await withClient('superuser', (client) => client.query(back));
  }
}

/** The superuser's connection to the platform's own database. */
function superuserUrl(): string {
  const { superuser, owner } = useStack().database;
  const url = new URL(superuser);
  url.pathname = new URL(owner).pathname;
  return url.href;
}

beforeEach(async () => {
  await ask(`${useStack().control}/cron`, { method: 'POST' });
  expect(await ready()).toEqual({ status: 200, body: { status: 'ready', checks: WELL } });
});

it('is ready with production’s variables too', async () => {
  expect(await readiness(env())).toEqual(WELL);
});

const VARIABLES = {
  posx_app: 'DATABASE_URL_APP',
  posx_operator: 'DATABASE_URL_OPERATOR',
  posx_readonly: 'DATABASE_URL_READONLY',
  posx_admin: 'DATABASE_URL_ADMIN',
} as const;
const CONNECTIONS = Object.keys(VARIABLES) as (keyof typeof VARIABLES)[];

it.each(CONNECTIONS)(
  'is not ready while the connection of %s is the owner’s, a superuser’s or another role’s',
  async (role) => {
    const { owner, sweep, queue } = useStack().database;
    for (const url of [owner, superuserUrl(), sweep, queue]) {
      expect(await readiness(env({ [VARIABLES[role]]: url }))).toEqual({
        ...WELL,
        role: `the connection of ${role} has another role`,
      });
    }
  },
);

it.each([...CONNECTIONS, 'posx_admin', 'posx_queue', 'posx_sweep'])(
  'is not ready while %s is privileged, owns something or may become another',
  async (role) => {
    const privileged = () => expectUnready({ role: `privileged: ${role}` });
    await whileChanged(`alter role ${role} superuser`, `alter role ${role} nosuperuser`, privileged);
    await whileChanged(`alter role ${role} bypassrls`, `alter role ${role} nobypassrls`, privileged);
    await whileChanged(`alter role ${role} createrole`, `alter role ${role} nocreaterole`, privileged);
    await whileChanged(`grant posx_owner to ${role}`, `revoke posx_owner from ${role}`, privileged);
    await whileChanged(
      `create table public.owned (); alter table public.owned owner to ${role}`,
      'drop table public.owned',
      privileged,
    );
  },
);

it('is not ready while a migration is missing', async () => {
  const newest = 'id = (select max(id) from drizzle.__drizzle_migrations)';
  await withClient('superuser', async (client) => {
    const { rows } = await client.query(`delete from drizzle.__drizzle_migrations where ${newest} returning *`);
    try {
      await expectUnready({ migrations: 'migrations are behind' });
    } finally {
      await client.query(
        'insert into drizzle.__drizzle_migrations select * from jsonb_populate_recordset(null::drizzle.__drizzle_migrations, $1)',
        [JSON.stringify(rows)],
      );
    }
  });
});

it('is not ready while the clock is shifted in production; locally it may be', async () => {
  const { owner } = useStack().database;
  await shiftClock(owner, 1);
  try {
    await ask(`${useStack().control}/cron`, { method: 'POST' });
    expect(await readiness(env())).toEqual({ ...WELL, clock: 'the clock is shifted' });
    expect((await ready()).status).toBe(200);
  } finally {
    await shiftClock(owner, null);
    // The sweeps of tomorrow would hide that today's do not run.
    await withClient('superuser', (client) => client.query('delete from jobs'));
  }
});

it('is not ready while a queue is not bound', async () => {
  for (const name of ['PAYMENTS', 'CUSTODY'] as const) {
    const unbound = { ...env(), [name]: undefined };
    expect(await readiness(unbound)).toEqual({ ...WELL, queue: 'a queue binding is absent' });
  }
});

it('is not ready once the consumer has swept nothing for five minutes', async () => {
  const silence = { consumer: 'no sweep for 5 minutes' };
  const ago = (minutes: number) =>
    withClient('superuser', (client) =>
      client.query('update jobs set ran_at = app.now() - make_interval(mins => $1)', [minutes]),
    );
  await ago(6);
  await expectUnready(silence);
  await ago(4);
  expect((await ready()).status).toBe(200);
  await withClient('superuser', (client) => client.query('delete from jobs'));
  await expectUnready(silence);
});

it('is not ready once a single sweep was not started for five minutes, or never', async () => {
  const changed = (statement: string) => withClient('superuser', (client) => client.query(statement));
  await changed("update jobs set ran_at = app.now() - interval '6 minutes' where name = 'payouts.poll'");
  await expectUnready({ consumer: 'no sweep for 5 minutes: payouts.poll' });
  await changed("delete from jobs where name = 'orders.expire'");
  await expectUnready({ consumer: 'no sweep for 5 minutes: orders.expire, payouts.poll' });
  // A sweep that is no more leaves its row behind.
  await ask(`${useStack().control}/cron`, { method: 'POST' });
  await changed("insert into jobs (name, ran_at) values ('of.old', app.now() - interval '1 day')");
  expect((await ready()).status).toBe(200);
  await changed("delete from jobs where name = 'of.old'");
});

it('is not ready while the database cannot be reached, and says no more than that', async () => {
  const { endpoint, app } = useStack().database;
  const unread = (name: string) => {
    const reason = `not read: ${name}`;
    return { ...WELL, database: reason, consumer: reason, role: reason, migrations: reason, clock: reason };
  };
  // The driver keeps the last endpoint it was told for all connections; the true one is set again.
  try {
    const NEON_ENDPOINT = 'http://127.0.0.1:1/sql';
    expect(await readiness(env({ NEON_ENDPOINT, DATABASE_URL_APP: `${app}?unreachable` }))).toEqual(
      unread('DomainError'),
    );
  } finally {
    connect(app, endpoint);
  }
  const wrong = new URL(app);
  wrong.password = 'wrong';
  const answer = await readiness(env({ DATABASE_URL_APP: wrong.href }));
  expect(answer).toEqual(unread(answer.database.replace('not read: ', '')));
  expect(JSON.stringify(answer)).not.toMatch(/wrong|password|posx_app/);
});
