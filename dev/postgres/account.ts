import { existsSync } from 'node:fs';
import { chown, readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { StackError } from '../process.ts';

/** The system account the server runs as, and how a program is started under it. */
export interface Account {
  /** Undefined where the server runs as whoever runs this process. */
  readonly owner: { readonly name: string; readonly uid: number; readonly gid: number } | undefined;
  /** What goes before the program's own name and arguments. */
  readonly prefix: readonly string[];
}

const SETPRIV = ['/usr/bin/setpriv', '/bin/setpriv'];

/**
 * PostgreSQL refuses to run as root. Root therefore lends it the account `postgres`, or `nobody` where there is none;
 * an id that the password file does not know is refused as well.
 *
 * @param paths what the server must reach: its programs and the folder of its data.
 * @throws StackError when the account may not enter one of them.
 */
export async function chooseAccount(paths: readonly string[]): Promise<Account> {
  if (process.getuid?.() !== 0) return { owner: undefined, prefix: [] };
  const owner = await systemAccount();
  const closed = await firstClosed(paths, owner);
  if (closed === undefined) return { owner, prefix: [] };
  // A checkout in root's own home is closed to every other account. Setpriv lends the server the one capability that
  // opens the way, without being root and without touching anybody's permissions.
  const setpriv = SETPRIV.find((path) => existsSync(path));
  if (setpriv === undefined) {
    throw new StackError(
      `PostgreSQL cannot run as root, and the account ${owner.name} may not enter ${closed}: move the project to a folder that others may enter.`,
    );
  }
  const { uid, gid } = owner;
  const capabilities = ['--inh-caps=+dac_override', '--ambient-caps=+dac_override'];
  return { owner, prefix: [setpriv, `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...capabilities, '--'] };
}

/** Gives a file or an empty folder to the account. */
export async function give(path: string, { owner }: Account): Promise<void> {
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
}

async function systemAccount(): Promise<{ name: string; uid: number; gid: number }> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const name of ['postgres', 'nobody']) {
    const [, , uid, gid] = lines.find(([entry]) => entry === name) ?? [];
    if (uid !== undefined && gid !== undefined) return { name, uid: Number(uid), gid: Number(gid) };
  }
  throw new StackError('PostgreSQL cannot run as root, and there is no account postgres or nobody to run it as.');
}

async function firstClosed(paths: readonly string[], owner: { uid: number; gid: number }): Promise<string | undefined> {
  for (const path of paths) {
    for (let folder = dirname(resolve(path)); folder !== dirname(folder); folder = dirname(folder)) {
      const { mode, uid, gid } = await stat(folder);
      const bit = uid === owner.uid ? 0o100 : gid === owner.gid ? 0o010 : 0o001;
      if ((mode & bit) === 0) return folder;
    }
  }
  return undefined;
}
