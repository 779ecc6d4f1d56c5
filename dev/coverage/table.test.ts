import { join } from 'node:path';
import { createCoverageMap } from '@vitest/istanbul-lib-coverage';
import { expect, it } from 'vitest';
import { ROOT } from '../runtime/root.ts';
import { coverageTable, foldersBelowGoal } from './table.ts';

/** Files of one statement a line, of which the first ones ran. */
function coverageOf(files: Record<string, { ran: number; of: number }>) {
  const entries = Object.entries(files).map(([name, { ran, of }]) => {
    const lines = Array.from({ length: of }, (_, index) => index);
    const at = (line: number) => ({ start: { line, column: 0 }, end: { line, column: 9 } });
    const statementMap = Object.fromEntries(lines.map((index) => [index, at(index + 1)]));
    const s = Object.fromEntries(lines.map((index) => [index, index < ran ? 1 : 0]));
    const path = join(ROOT, name);
    return [path, { path, statementMap, s, fnMap: {}, f: {}, branchMap: {}, b: {} }] as const;
  });
  return createCoverageMap(Object.fromEntries(entries));
}

it('wants 80 % of the lines of each folder', () => {
  const rest = { 'domain/a.ts': { ran: 4, of: 5 }, 'worker/a.ts': { ran: 5, of: 5 } };
  const queues = (ran: number) => ({ 'queues/a.ts': { ran, of: 500 }, 'queues/b.ts': { ran: 400, of: 500 } });
  expect(foldersBelowGoal(coverageOf({ ...rest, ...queues(400) }))).toEqual([]);
  expect(foldersBelowGoal(coverageOf({ ...rest, ...queues(399) }))).toEqual(['queues']);
});

it('takes a folder of which nothing was measured as one below the goal', () => {
  expect(foldersBelowGoal(coverageOf({ 'domain/a.ts': { ran: 5, of: 5 } }))).toEqual(['worker', 'queues']);
});

it('shows the folders, then the files with most lines to run, and rounds down', () => {
  const files = { 'domain/a.ts': { ran: 9, of: 9 }, 'worker/a.ts': { ran: 7999, of: 10_000 } };
  const table = coverageTable(coverageOf({ ...files, 'queues/a.ts': { ran: 0, of: 3 } }));
  expect(table.split('\n').map((row) => row.trim().replaceAll(/ +/g, ' '))).toEqual([
    'Line coverage, at least 80 % each',
    'domain 9/9 100.0 %',
    'worker 7999/10000 79.9 %',
    'queues 0/3 0.0 %',
    'Most lines that nothing ran',
    'worker/a.ts 7999/10000 79.9 %',
    'queues/a.ts 0/3 0.0 %',
  ]);
});
