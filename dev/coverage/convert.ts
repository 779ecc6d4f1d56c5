import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { originalPositionFor, TraceMap, type EncodedSourceMap } from '@jridgewell/trace-mapping';
import { createCoverageMap, type CoverageMap, type CoverageMapData } from '@vitest/istanbul-lib-coverage';
import { convert } from 'ast-v8-to-istanbul';
import { parse } from 'vite';
import { isCovered } from './folder.ts';
import { outermostFunctions } from './outermost_function.ts';
import type { CountedRange, CountedScript } from './range.ts';

type Program = Awaited<ReturnType<typeof parse>>['program'];

/** A script, and where its parts come from. */
interface Script {
  /** Absolute. */
  readonly path: string;
  readonly code: string;
  readonly map: EncodedSourceMap;
}

/** Tells for each of our sources, by absolute path, which of its statements a Worker ran. */
export async function convertScript({ script, ranges }: CountedScript): Promise<CoverageMap> {
  const [code, map] = await Promise.all([readFile(script, 'utf8'), readFile(`${script}.map`, 'utf8')]);
  return convertCode({ path: script, code, map: JSON.parse(map) as EncodedSourceMap }, ranges);
}

/** The same from memory. */
export async function convertCode(script: Script, ranges: readonly CountedRange[]): Promise<CoverageMap> {
  const { path, code, map } = script;
  const program = ownPart((await parse(path, code)).program, script);
  const counted = [...baseline(program, code.length, ranges), ...ranges];
  // Plain data, although the library declares the class of another copy of itself.
  const converted: object = await convert({
    code: ownText(program, code),
    sourceMap: { ...map, version: 3 },
    ast: program,
    coverage: {
      url: pathToFileURL(path).href,
      functions: [{ functionName: '', isBlockCoverage: true, ranges: counted.map(asOffsets) }],
    },
  });
  const coverage = createCoverageMap(converted as CoverageMapData);
  coverage.filter(isCovered);
  return coverage;
}

function asOffsets({ start, end, count }: CountedRange) {
  return { startOffset: start, endOffset: end, count };
}

/** Most of a bundle is libraries, which need no converting. */
function ownPart(program: Program, { path, code, map }: Script): Program {
  const trace = new TraceMap(map);
  const positionOf = lineFinder(code);
  const isOwn = ({ start }: { start: number }): boolean => {
    const { source } = originalPositionFor(trace, positionOf(start));
    return source !== null && isCovered(resolve(dirname(path), source));
  };
  return { ...program, body: program.body.filter(isOwn) };
}

/** The code with all else blank, so that comments in libraries that concern coverage do not concern ours. */
function ownText({ body }: Program, code: string): string {
  let text = '';
  for (const { start, end } of body) {
    text += blank(code.slice(text.length, start)) + code.slice(start, end);
  }
  return text + blank(code.slice(text.length));
}

function blank(code: string): string {
  return code.replace(/[^\n]/g, ' ');
}

/** Lines from 1, columns from 0, as source maps count. */
function lineFinder(code: string): (offset: number) => { line: number; column: number } {
  const starts = [0];
  for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let line = 0;
    // Offsets are asked for a few thousand times: halving the lines is fast enough.
    for (let low = 0, high = starts.length - 1; low <= high;) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= offset) {
        line = middle;
        low = middle + 1;
      } else high = middle - 1;
    }
    return { line: line + 1, column: offset - (starts[line] ?? 0) };
  };
}

/**
 * What V8 leaves out. A script's top level has run when the Worker could start, but was compiled before counting began.
 * And V8 is silent about a function that never ran unless the code around it was counted, which the top level is not.
 */
function baseline(program: Program, length: number, ranges: readonly CountedRange[]): CountedRange[] {
  // A method's range begins at its name, its node behind it: only the ends agree.
  const earliestByEnd = new Map<number, number>();
  for (const { start, end } of ranges) earliestByEnd.set(end, Math.min(start, earliestByEnd.get(end) ?? start));
  const silent = outermostFunctions(program).filter(({ start, end }) => (earliestByEnd.get(end) ?? Infinity) > start);
  return [{ start: 0, end: length, count: 1 }, ...silent.map(({ start, end }) => ({ start, end, count: 0 }))];
}
