import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { expect, it } from 'vitest';
import { journal, migrate } from '../../drizzle/migrate.ts';
import { waitFor } from '../../dev/client/wait.ts';
import { withMigrations, withScratch, type Scratch } from './scratch.ts';

const tables = async ({ query, urls }: Scratch) => {
  const rows = await query<{ name: string }>(
    urls.posx_owner,
    `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  );
  return rows.map(({ name }) => name);
};

const applied = async ({ query, urls }: Scratch) => {
  const rows = await query<{ at: string }>(
    urls.posx_owner,
    'select created_at as at from drizzle.__drizzle_migrations order by id',
  );
  return rows.map(({ at }) => Number(at));
};

/** Keeps every migrator of the database waiting while `work` runs, as another one at work would. */
async function whileLocked(scratch: Scratch, waiting: number, work: () => Promise<void>): Promise<void> {
  const blocker = new pg.Client({ connectionString: scratch.urls.posx_owner });
  await blocker.connect();
  try {
    await blocker.query('select pg_advisory_lock(7239466801)');
    await work();
    await waitFor(`${waiting} waiting migrators`, async () => {
      const [row] = await scratch.query<{ others: string }>(
        scratch.superuserUrl,
        `select count(*) as others from pg_stat_activity
         where datname = current_database() and usename = 'posx_owner' and query like '%advisory_lock%' and pid <> $1`,
        [(await blocker.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid],
      );
      return Number(row?.others) === waiting ? true : undefined;
    });
  } finally {
    await blocker.end();
  }
}

it('lets two migrators run at once: both finish, and each file is applied by one of them', async () => {
  await withScratch(async (scratch) => {
    const owner = scratch.urls.posx_owner;
    let both: Promise<string[][]> | undefined;
    await whileLocked(scratch, 2, () => {
      both = Promise.all([migrate(owner), migrate(owner)]);
      return Promise.resolve();
    });
    const files = await journal();
    expect((await both)?.flat()).toEqual(files.map(({ tag }) => tag));
    expect(await applied(scratch)).toEqual(files.map(({ when }) => when));
    expect(await migrate(owner)).toEqual([]);
  });
});

it('applies a file that is older than the last applied one, and does not skip it', async () => {
  await withScratch((scratch) =>
    withMigrations(async ({ url, add }) => {
      const owner = scratch.urls.posx_owner;
      await add('first', 'create table first ()', 1);
      await add('third', 'create table third ()', 3);
      expect(await migrate(owner, url)).toEqual(['first', 'third']);
      await add('second', 'create table second ()', 2);
      expect(await migrate(owner, url)).toEqual(['second']);
      expect(await tables(scratch)).toEqual(['first', 'second', 'third']);
      expect(await applied(scratch)).toEqual([1, 3, 2]);
    }),
  );
});

it('names the file that fails, keeps those before it, and leaves nothing of it or after it', async () => {
  await withScratch((scratch) =>
    withMigrations(async ({ url, add }) => {
      const owner = scratch.urls.posx_owner;
      await add('good', 'create table good ()', 1);
      await add('bad', 'create table half ();--> statement-breakpoint\nselect 1 / 0;', 2);
      await add('after', 'create table after ()', 3);
      await expect(migrate(owner, url)).rejects.toThrow(/^migration bad failed: division by zero$/);
      expect(await tables(scratch)).toEqual(['good']);
      expect(await applied(scratch)).toEqual([1]);
      // A failed migrator holds no lock, and a mended file goes on where it stopped.
      await add('bad', 'create table whole ()', 2);
      expect(await migrate(owner, url)).toEqual(['bad', 'after']);
      expect(await tables(scratch)).toEqual(['after', 'good', 'whole']);
    }),
  );
});

it('names the file during which the connection ended, and leaves nothing of it', async () => {
  await withScratch((scratch) =>
    withMigrations(async ({ url, add }) => {
      const owner = scratch.urls.posx_owner;
      await add('cut', 'create table half (); select pg_terminate_backend(pg_backend_pid())', 1);
      await expect(migrate(owner, url)).rejects.toThrow(/^migration cut failed: /);
      expect(await tables(scratch)).toEqual([]);
      expect(await applied(scratch)).toEqual([]);
    }),
  );
});

it('applies nothing of a file that it cannot record', async () => {
  await withScratch((scratch) =>
    withMigrations(async ({ url, add }) => {
      const owner = scratch.urls.posx_owner;
      const refusing = 'alter table drizzle.__drizzle_migrations add constraint refused check (created_at < 0)';
      await add('unrecorded', `create table half (); ${refusing}`, 1);
      await expect(migrate(owner, url)).rejects.toThrow(/^migration unrecorded failed: .*"refused"/);
      expect(await tables(scratch)).toEqual([]);
      expect(await applied(scratch)).toEqual([]);
    }),
  );
});

it('does not run outside a transaction what does not say so', async () => {
  await withScratch((scratch) =>
    withMigrations(async ({ url, add }) => {
      const owner = scratch.urls.posx_owner;
      await add('index', 'create table t (a int);\ncreate index concurrently t_a on t (a)', 1);
      await expect(migrate(owner, url)).rejects.toThrow(/^migration index failed: .*transaction block/);
      expect(await tables(scratch)).toEqual([]);
    }),
  );
});

it('makes an index CONCURRENTLY outside a transaction, also while another migrator waits for its turn', async () => {
  await withScratch((scratch) =>
    withMigrations(async ({ url, add }) => {
      const owner = scratch.urls.posx_owner;
      await add('table', 'create table t (a int, b int)', 1);
      const index = (column: string) => `create index concurrently t_${column} on t (${column});`;
      await add('index', `-- no-transaction\n${index('a')}\n--> statement-breakpoint\n${index('b')}`, 2);
      let both: Promise<string[][]> | undefined;
      await whileLocked(scratch, 2, () => {
        both = Promise.all([migrate(owner, url), migrate(owner, url)]);
        return Promise.resolve();
      });
      const late = sleep(20_000, 'they wait for each other', { ref: false });
      expect((await Promise.race([late, both ?? late])).toString()).toMatch(/^,?table,index,?$/);
      const rows = await scratch.query(
        owner,
        `select indexrelid::regclass::text as name from pg_index where indisvalid and indrelid = 't'::regclass order by 1`,
      );
      expect(rows).toEqual([{ name: 't_a' }, { name: 't_b' }]);
    }),
  );
});
