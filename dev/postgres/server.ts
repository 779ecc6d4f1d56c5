import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { freePort, requirePort } from '../port.ts';
import { startChild, StackError } from '../process.ts';
import type { Child } from '../process.ts';
import { chooseAccount } from './account.ts';
import type { Account } from './account.ts';
import { findBinaries } from './binary.ts';
import { prepareCluster } from './cluster.ts';
import { clusterName, reapOrphan } from './orphan.ts';
import { startupSentence } from './sentence.ts';

/** How many connections the server accepts; the proxy's pools stay below it. */
export const MAX_CONNECTIONS = 200;

const START_SECONDS = 60;

/** What a server is started with. */
export interface PostgresOptions {
  /** Made when missing or empty; the superuser's password is kept in `{dataDir}.password`. */
  readonly dataDir: string;
  /** A free one when not given. */
  readonly port?: number;
  /** False gives up crash safety for speed: for data that nobody will miss. */
  readonly durable: boolean;
}

/** A running server on 127.0.0.1. */
export interface Postgres {
  readonly port: number;
  readonly pid: number;
  /** Connects as the superuser `postgres` to the database `postgres`; the password is in it. */
  readonly superuserUrl: string;
  /** Ends all connections and the server. May be called twice. */
  stop(): Promise<void>;
}

/**
 * Starts the embedded PostgreSQL on a data folder and waits until it answers. Passwords are checked, also locally, so
 * that a role in a test is what it is in production. The server ends with this process.
 *
 * @throws StackError, one sentence, when it cannot start.
 */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  const dataDir = resolve(options.dataDir);
  const binaries = await findBinaries();
  await reapOrphan(dataDir);
  const port = options.port === undefined ? await freePort() : await requirePort(options.port, 'PostgreSQL');
  await mkdir(dirname(dataDir), { recursive: true });
  const account = await chooseAccount([binaries.postgres, dataDir]);
  const password = await prepareCluster(dataDir, binaries, account);
  const args = ['-D', dataDir, ...settings(port, options.durable)];
  const child = await launch([...account.prefix, binaries.postgres, ...args], account, dataDir);
  let stopping: Promise<void> | undefined;
  return {
    port,
    pid: child.pid,
    superuserUrl: `postgres://postgres:${password}@127.0.0.1:${port}/postgres`,
    stop: () => (stopping ??= child.stop()),
  };
}

async function launch(command: readonly string[], account: Account, dataDir: string): Promise<Child> {
  const [program = '', ...args] = command;
  const identity = account.prefix.length > 0 ? {} : { uid: account.owner?.uid, gid: account.owner?.gid };
  let output = '';
  const started = Promise.withResolvers<boolean>();
  const child = await startChild(program, args, {
    cwd: '/',
    env: { ...process.env, LC_ALL: 'C' },
    ...identity,
    // Fast shutdown: open transactions are rolled back, the data is left clean.
    stopSignal: 'SIGINT',
    onOutput(text) {
      output = (output + text).slice(-8000);
      if (output.includes('ready to accept connections')) started.resolve(true);
    },
  });
  void child.exited.then(() => started.resolve(false));
  const timer = setTimeout(() => started.resolve(false), START_SECONDS * 1000);
  const ready = await started.promise;
  clearTimeout(timer);
  if (ready) return child;
  const slow = child.process.exitCode === null && child.process.signalCode === null;
  await child.stop('SIGQUIT');
  if (slow) throw new StackError(`PostgreSQL did not become ready within ${START_SECONDS} s.`);
  throw startupSentence(output, dataDir);
}

function settings(port: number, durable: boolean): string[] {
  const values = {
    cluster_name: clusterName(),
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: MAX_CONNECTIONS,
    password_encryption: 'scram-sha-256',
    timezone: 'UTC',
    log_timezone: 'UTC',
    // Statements are often a test's hostile input: what they were is the proxy's trace to tell, not the log's.
    log_min_error_statement: 'panic',
    logging_collector: 'off',
    jit: 'off',
    ...(durable
      ? {}
      : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: 0 }),
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
