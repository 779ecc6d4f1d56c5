import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, StackError } from '../process.ts';
import { give } from './account.ts';
import type { Account } from './account.ts';
import { POSTGRES_MAJOR } from './binary.ts';
import type { Binaries } from './binary.ts';
import { startupSentence } from './sentence.ts';

/**
 * Makes sure that the folder holds a database cluster of our version.
 *
 * @returns the superuser's password, kept in the sibling file `{dataDir}.password` (mode 600).
 * @throws StackError when the folder holds something else.
 */
export async function prepareCluster(dataDir: string, binaries: Binaries, account: Account): Promise<string> {
  if (await isEmpty(dataDir)) return create(dataDir, binaries, account);
  const broken = (what: string): StackError =>
    new StackError(`The data folder ${dataDir} ${what}: npm start -- --reset begins with a new one.`);
  const version = await readFile(join(dataDir, 'PG_VERSION'), 'utf8').catch(() => '');
  if (version === '') throw broken('is not a PostgreSQL data folder');
  if (version.trim() !== POSTGRES_MAJOR) throw broken(`was written by PostgreSQL ${version.trim()}`);
  for (const part of ['global/pg_control', 'pg_wal', 'base', 'postgresql.conf', 'pg_hba.conf']) {
    if (!existsSync(join(dataDir, part))) throw broken(`lacks ${part}`);
  }
  const password = await readFile(passwordFile(dataDir), 'utf8').catch(() => '');
  if (password === '') throw broken('has lost the password of its superuser');
  return password;
}

/** Deletes the cluster and all that was written beside it. The server must not be running. */
export async function removeCluster(dataDir: string): Promise<void> {
  for (const path of [dataDir, `${dataDir}.new`, passwordFile(dataDir)])
    await rm(path, { recursive: true, force: true });
}

function passwordFile(dataDir: string): string {
  return `${dataDir}.password`;
}

async function create(dataDir: string, { initdb }: Binaries, account: Account): Promise<string> {
  // Made under another name and renamed when whole: an interruption never leaves half a cluster behind.
  const draft = `${dataDir}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await give(draft, account);
  const password = randomBytes(24).toString('base64url');
  await rm(passwordFile(dataDir), { force: true });
  await writeFile(passwordFile(dataDir), password, { mode: 0o600 });
  await give(passwordFile(dataDir), account);
  const [command = initdb, ...args] = [
    ...account.prefix,
    initdb,
    ...['-D', draft, '--username=postgres', `--pwfile=${passwordFile(dataDir)}`, '--auth=scram-sha-256'],
    // The built-in provider sorts alike on every system, as Neon does; nothing here depends on the machine's locale.
    ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-sync'],
  ];
  const identity = account.prefix.length > 0 ? {} : { uid: account.owner?.uid, gid: account.owner?.gid };
  try {
    await run(command, args, { cwd: '/', env: { ...process.env, LC_ALL: 'C' }, ...identity });
  } catch (error) {
    await removeCluster(dataDir);
    throw startupSentence(error instanceof Error ? error.message : String(error), dataDir);
  }
  await rm(dataDir, { recursive: true, force: true });
  await rename(draft, dataDir);
  return password;
}

async function isEmpty(folder: string): Promise<boolean> {
  return readdir(folder).then(
    (entries) => entries.length === 0,
    (error: unknown) => {
      if (!existsSync(folder)) return true;
      throw new StackError(`The data folder ${folder} cannot be read: ${String(error)}.`);
    },
  );
}
