import { join } from 'node:path';
import ts from 'typescript';
import type { EncodedSourceMap } from '@jridgewell/trace-mapping';
import { createCoverageMap, type CoverageMap, type FileCoverageData } from '@vitest/istanbul-lib-coverage';
import { expect, it } from 'vitest';
import { ROOT } from '../runtime/root.ts';
import { convertCode } from './convert.ts';
import { addHits } from './join.ts';
import type { CountedRange } from './range.ts';

const SOURCE = `export function grade(points: number): string {
  if (points < 0) {
    throw new RangeError('points');
  }
  return points > 9 ? 'good' : 'fair';
}
export const rank = {
  of(place: number): string {
    return String(place);
  },
};
export function never(): string {
  return 'never';
}
`;
/** Comes first in the bundle. What it says about coverage must not concern ours. */
const LIBRARY = `function library() {
  /* istanbul ignore file */
}
`;
const PATH = join(ROOT, 'domain/grade.ts');

function convertSource(ranges: (code: string) => CountedRange[], source = PATH): Promise<CoverageMap> {
  const options = { sourceMap: true, target: ts.ScriptTarget.ES2024, module: ts.ModuleKind.ESNext };
  const { outputText, sourceMapText } = ts.transpileModule(SOURCE, { compilerOptions: options, fileName: source });
  const own = JSON.parse(sourceMapText ?? '') as EncodedSourceMap;
  const code = LIBRARY + outputText;
  const map = { ...own, sources: [source], mappings: ';'.repeat(LIBRARY.split('\n').length - 1) + own.mappings };
  return convertCode({ path: join(ROOT, '.dev/build/x/index.js'), code, map }, ranges(code));
}

/** The range from the first text to the end of the second after it. */
function range(code: string, from: string, to: string, count: number): CountedRange {
  const start = code.indexOf(from);
  return { start, end: code.indexOf(to, start) + to.length, count };
}

/** As V8 counts three calls of `grade`, one of `rank.of`, and none of `never`, of which it says nothing. */
const counted = (code: string): CountedRange[] => [
  range(code, 'function grade', "'fair';\n}", 3),
  range(code, '{\n        throw', '}', 0),
  range(code, 'of(place)', '}', 1),
];

const linesOf = (coverage: CoverageMap, path = PATH) => coverage.fileCoverageFor(path).getLineCoverage();

it('says of each line of a source how often a Worker ran it', async () => {
  expect(linesOf(await convertSource(counted))).toMatchObject({ 2: 3, 3: 0, 5: 3, 9: 1, 13: 0 });
});

it('takes the top level as run, and what nothing counted as not run', async () => {
  expect(linesOf(await convertSource(() => []))).toMatchObject({ 2: 0, 3: 0, 5: 0, 7: 1, 9: 0, 13: 0 });
});

it('leaves out libraries and tests', async () => {
  const paths = ['node_modules/hono/index.ts', 'drizzle/grade.ts', 'domain/grade.test.ts'];
  const files = await Promise.all(paths.map(async (path) => (await convertSource(counted, join(ROOT, path))).files()));
  expect(files).toEqual([[], [], []]);
});

const at = (line: number, column: number) => ({
  start: { line, column },
  end: { line, column: column + 1 },
});

const atText = (start: string) => {
  const [line, column] = start.split(':').map(Number);
  return at(line ?? 0, column ?? 0);
};

/** A source with statements at these lines and columns. */
function fileOf(starts: string, hits: number[]): CoverageMap {
  const statementMap = Object.fromEntries(starts.split(' ').map((start, index) => [index, atText(start)]));
  const fnMap = { 0: { name: 'f', decl: at(1, 0), loc: at(1, 9), line: 1 } };
  const branchMap = { 0: { loc: at(2, 2), type: 'if', locations: [at(2, 2), at(2, 4)], line: 2 } };
  const s = Object.fromEntries(hits.entries());
  const file: FileCoverageData = { path: PATH, statementMap, fnMap, branchMap, s, f: { 0: 1 }, b: { 0: [0, 2] } };
  return createCoverageMap({ [PATH]: file });
}

it('adds hits to what the sources hold, and never adds to what they hold', () => {
  const inSource = fileOf('2:2 2:20 3:4 5:2', [1, 0, 0, 1]);
  // Line 3 begins at another column in the bundle, which also has a statement of its own on line 1 and lacks line 5.
  addHits(inSource, fileOf('2:2 2:20 3:8 1:0', [4, 0, 6, 9]));
  const { s, f, b } = inSource.fileCoverageFor(PATH);
  expect([s, f, b]).toEqual([{ 0: 5, 1: 0, 2: 6, 3: 1 }, { 0: 2 }, { 0: [0, 4] }]);
  expect(linesOf(inSource)).toEqual({ 2: 5, 3: 6, 5: 1 });
});

it('leaves a source alone that no Worker contains', () => {
  const runner = fileOf('2:2', [1]);
  addHits(runner, createCoverageMap({}));
  expect(linesOf(runner)).toEqual({ 2: 1 });
});
