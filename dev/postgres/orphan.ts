import { readFile } from 'node:fs/promises';
import { realpathSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processAlive, run, StackError } from '../process.ts';

const CLUSTER = /cluster_name=posx-(\d+)/;

/** The name under which a server is started: it carries the process that owns it, so that an orphan can be told. */
export function clusterName(): string {
  return `posx-${process.pid}`;
}

/**
 * Ends a PostgreSQL server of this data folder that outlived the process which started it.
 *
 * @throws StackError when the server's owner is alive: its data must not be pulled from under it.
 */
export async function reapOrphan(dataDir: string): Promise<void> {
  const pid = await postmasterOf(dataDir);
  if (pid === undefined) return;
  const { parent, command } = await describe(pid);
  const owner = CLUSTER.exec(command)?.[1];
  if (owner !== undefined && Number(owner) === parent && parent !== 1) {
    throw new StackError(`The data folder ${dataDir} is in use by the running process ${owner}: stop that one first.`);
  }
  // Fast shutdown, then the immediate one, then the kernel's.
  for (const [signal, waitMs] of [
    ['SIGINT', 8000],
    ['SIGQUIT', 3000],
    ['SIGKILL', 3000],
  ] as const) {
    process.kill(pid, signal);
    const end = Date.now() + waitMs;
    while (Date.now() < end) {
      if (!processAlive(pid)) return;
      await sleep(20);
    }
  }
  throw new StackError(`An old PostgreSQL server (process ${pid}) of ${dataDir} does not end: stop it by hand.`);
}

/** The living server of this folder, or undefined. The id in postmaster.pid may be another program's by now. */
async function postmasterOf(dataDir: string): Promise<number | undefined> {
  const [first, folder] = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  );
  const pid = Number(first);
  if (!Number.isSafeInteger(pid) || pid <= 1 || folder === undefined || !processAlive(pid)) return undefined;
  if (realpathSync(folder) !== realpathSync(dataDir)) return undefined;
  const { command } = await describe(pid);
  const [program = ''] = command.split(' ');
  return basename(program) === 'postgres' && command.includes(dataDir) ? pid : undefined;
}

async function describe(pid: number): Promise<{ parent: number; command: string }> {
  if (process.platform === 'linux') {
    const [status, commandLine] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''),
      readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
    ]);
    return { parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]), command: commandLine.replaceAll('\0', ' ') };
  }
  const line = await run('ps', ['-o', 'ppid=,command=', '-p', String(pid)]).catch(() => '');
  const [, parent = '', command = ''] = /^\s*(\d+)\s+(.*)$/m.exec(line) ?? [];
  return { parent: Number(parent), command };
}
