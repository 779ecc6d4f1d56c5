import { relative } from 'node:path';
import { createCoverageMap, type CoverageMap } from '@vitest/istanbul-lib-coverage';
import { ROOT } from '../runtime/root.ts';
import { COVERED_FOLDERS, folderOf, type CoveredFolder } from './folder.ts';

/** What each of the three folders must reach, in percent of its lines. */
export const GOAL_PERCENT = 80;

/** How many of the least covered files are named. */
const WORST_FILES = 10;

interface Row {
  readonly name: string;
  readonly covered: number;
  readonly total: number;
}

/** Line coverage as a table for the terminal: the folders, and the files with most lines that nothing ran. */
export function coverageTable(coverage: CoverageMap): string {
  const rows = COVERED_FOLDERS.map((folder) => folderRow(coverage, folder));
  const files = coverage.files().map((path) => fileRow(coverage, path));
  const uncovered = ({ covered, total }: Row): number => total - covered;
  const worst = files
    .filter((row) => uncovered(row) > 0)
    .sort((a, b) => uncovered(b) - uncovered(a))
    .slice(0, WORST_FILES);
  return [
    `Line coverage, at least ${GOAL_PERCENT} % each`,
    ...rows.map(line),
    ...(worst.length === 0 ? [] : ['Most lines that nothing ran', ...worst.map(line)]),
  ].join('\n');
}

/** The folders below the goal. One that has no lines is below: then nothing was measured. */
export function foldersBelowGoal(coverage: CoverageMap): CoveredFolder[] {
  return COVERED_FOLDERS.filter((folder) => percent(folderRow(coverage, folder)) < GOAL_PERCENT);
}

function folderRow(coverage: CoverageMap, folder: CoveredFolder): Row {
  const own = createCoverageMap(coverage.toJSON());
  own.filter((path) => folderOf(path) === folder);
  return { name: folder, ...own.getCoverageSummary().lines };
}

function fileRow(coverage: CoverageMap, path: string): Row {
  return { name: relative(ROOT, path), ...coverage.fileCoverageFor(path).toSummary().lines };
}

function percent({ covered, total }: Row): number {
  return total === 0 ? 0 : (100 * covered) / total;
}

function line(row: Row): string {
  const { name, covered, total } = row;
  // Rounded down: 79.96 % is not 80.
  const shown = (Math.floor(percent(row) * 10) / 10).toFixed(1);
  return `  ${name.padEnd(40)} ${`${covered}/${total}`.padStart(11)} ${shown.padStart(6)} %`;
}
