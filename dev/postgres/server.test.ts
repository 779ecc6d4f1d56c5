import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { portTaken } from '../port.ts';
import { processAlive } from '../process.ts';
import { startPostgres } from './server.ts';

let folder: string;
const data = (): string => join(folder, 'data');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'posx-postgres-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function ask(url: string, query: string): Promise<unknown> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: query, rowMode: 'array' })).rows[0];
  } finally {
    await client.end();
  }
}

it(
  'leaves neither a process nor a port after it was stopped, and finds its data again',
  { timeout: 60_000 },
  async () => {
    const first = await startPostgres({ dataDir: data(), durable: true });
    await ask(first.superuserUrl, 'create table kept as select 42 as answer');
    await first.stop();
    expect([processAlive(first.pid), await portTaken(first.port)]).toEqual([false, false]);

    const second = await startPostgres({ dataDir: data(), durable: false });
    try {
      expect(await ask(second.superuserUrl, 'select answer from kept')).toEqual([42]);
      expect((await stat(`${data()}.password`)).mode & 0o777).toBe(0o600);
      const stranger = second.superuserUrl.replace(/:[^:@]+@/, ':guess@');
      await expect(ask(stranger, 'select 1')).rejects.toMatchObject({ code: '28P01' });
      await expect(startPostgres({ dataDir: data(), durable: false })).rejects.toThrow(
        'is in use by the running process',
      );
    } finally {
      await second.stop();
    }
  },
);

interface Owned {
  readonly owner: ChildProcess;
  readonly pid: number;
  readonly port: number;
  readonly guard: number;
}

/** Another process that starts a server on the folder and then waits. */
async function startOwner(): Promise<Owned> {
  const module = (path: string): string => JSON.stringify(join(import.meta.dirname, path));
  const script = `
    import { guardPid } from ${module('../guard.ts')};
    import { startPostgres } from ${module('server.ts')};
    const { pid, port } = await startPostgres({ dataDir: ${JSON.stringify(data())}, durable: false });
    console.log(JSON.stringify({ pid, port, guard: guardPid() }));`;
  const args = ['--input-type=module', '-e', script];
  const owner = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(owner.stdout, 'data')) as [Buffer];
  return { owner, ...(JSON.parse(line.toString()) as Omit<Owned, 'owner'>) };
}

it('does not survive its owner, even one that was killed', { timeout: 60_000 }, async () => {
  const { owner, pid, port, guard } = await startOwner();
  owner.kill('SIGKILL');
  await vi.waitFor(() => expect([processAlive(pid), processAlive(guard)]).toEqual([false, false]), 5000);
  expect(await portTaken(port)).toBe(false);
});

it('is ended by the next start when owner and guard were both killed', { timeout: 60_000 }, async () => {
  const { owner, pid, port, guard } = await startOwner();
  process.kill(guard, 'SIGKILL');
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  expect(processAlive(pid)).toBe(true);

  const next = await startPostgres({ dataDir: data(), durable: false });
  await next.stop();
  expect([processAlive(pid), await portTaken(port)]).toEqual([false, false]);
});

it.each([
  ['SIGTERM', 143],
  ['SIGINT', 130],
] as const)('stops with its owner on %s', { timeout: 60_000 }, async (signal, code) => {
  const { owner, pid } = await startOwner();
  owner.kill(signal);
  expect(await once(owner, 'exit')).toEqual([code, null]);
  expect(processAlive(pid)).toBe(false);
});

it('says in one sentence that a folder holds no database', async () => {
  await writeFile(join(folder, 'note.txt'), 'not a database');
  const start = startPostgres({ dataDir: folder, durable: false });
  await expect(start).rejects.toThrow(/is not a PostgreSQL data folder: npm start -- --reset begins with a new one\.$/);
});

it('says in one sentence that its port is taken', { timeout: 60_000 }, async () => {
  const first = await startPostgres({ dataDir: data(), durable: false });
  try {
    const second = startPostgres({ dataDir: `${data()}2`, port: first.port, durable: false });
    await expect(second).rejects.toThrow(`Port ${first.port} (PostgreSQL) is taken by another program`);
  } finally {
    await first.stop();
  }
});
