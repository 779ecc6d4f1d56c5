import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';

const SKIPPED = new Set(['node_modules', 'dist', '.wrangler', '.dev', '.git', 'coverage']);

/**
 * A hash over names and contents of files: equal exactly when a build of them would be. Tests are left out.
 *
 * @param root names are taken relative to it.
 * @param inputs files and folders below root; what does not exist counts as empty.
 * @returns 16 hex digits.
 */
export async function fingerprint(root: string, inputs: readonly string[]): Promise<string> {
  const files = (await Promise.all(inputs.map((input) => filesOf(join(root, input))))).flat().sort();
  const contents = await Promise.all(files.map((file) => readFile(file)));
  const hash = createHash('sha256');
  for (const [at, content] of contents.entries()) {
    hash.update(`${relative(root, files[at] ?? '')}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return [];
  if (found.isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const kept = entries.filter(({ name }) => !SKIPPED.has(name) && !/\.test\.tsx?$/.test(name) && !name.startsWith('.'));
  return (await Promise.all(kept.map(({ name }) => filesOf(join(path, name))))).flat();
}
