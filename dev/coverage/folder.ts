import { relative, sep } from 'node:path';
import { ROOT } from '../runtime/root.ts';

/** The folders of the Workers' code: what must be covered. */
export const COVERED_FOLDERS = ['domain', 'worker', 'queues'] as const;

export type CoveredFolder = (typeof COVERED_FOLDERS)[number];

/** In the words of the test runner. */
export const COVERED_GLOBS = COVERED_FOLDERS.map((folder) => `${folder}/**/*.ts`);

/** Whether a file, by absolute path, is one of those. */
export function isCovered(path: string): boolean {
  return folderOf(path) !== undefined && path.endsWith('.ts') && !path.endsWith('.test.ts');
}

/** The covered folder that an absolute path lies in. */
export function folderOf(path: string): CoveredFolder | undefined {
  const [first] = relative(ROOT, path).split(sep);
  return COVERED_FOLDERS.find((folder) => folder === first);
}
