import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * Takes a data folder for this process alone. The lock is the kernel's, held through SQLite: it ends with the process
 * however that ends, so there is never a stale one, and no process id that another program may have been given since.
 *
 * @returns gives the folder back; null when another process has it.
 */
export function lockFolder(folder: string): (() => void) | null {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, 'lock.sqlite'));
  try {
    database.exec('pragma locking_mode = exclusive; begin exclusive');
    return () => database.close();
  } catch (error) {
    database.close();
    if (error instanceof Error && error.message.includes('database is locked')) return null;
    throw error;
  }
}
