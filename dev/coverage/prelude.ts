import type { CountedRange } from './range.ts';

/**
 * Makes V8 count how often each block of a Worker runs. The runtime answers no DevTools command that would start the
 * precise counting, so the script itself starts it, by a function of V8's own that a flag lets it name. It stands on
 * the script's first line, so that only offsets of that line move.
 */
export const PRELUDE = '%DebugToggleBlockCoverage(true);';

/**
 * The first lets scripts name V8's own functions. The second keeps the code of functions that rest for a while: with
 * the code their counts would go.
 */
export const V8_FLAGS = '--allow-natives-syntax --no-flush-bytecode';

/** Miniflare hands its content on to the runtime, at the runtime's start. */
const FLAGS_VARIABLE = 'MINIFLARE_WORKERD_V8_FLAGS';

/** Boots a runtime whose scripts may begin with the prelude. */
export async function withV8Flags<Booted>(boot: () => Promise<Booted>): Promise<Booted> {
  const before = process.env[FLAGS_VARIABLE];
  process.env[FLAGS_VARIABLE] = V8_FLAGS;
  try {
    return await boot();
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, FLAGS_VARIABLE);
    else process.env[FLAGS_VARIABLE] = before;
  }
}

/**
 * Evaluates in a Worker to JSON of its counts since the last time: one list of `[start, end, count]` for each script
 * with the prelude. Offsets are UTF-16 units and count the prelude.
 */
export const TAKE_COUNTS = `JSON.stringify(
  %DebugCollectCoverage()
    .filter(({ script }) => script.startsWith(${JSON.stringify(PRELUDE)}))
    .map((ranges) => ranges.map(({ start, end, count }) => [start, end, count]))
)`;

/** Reads what {@link TAKE_COUNTS} evaluates to, in offsets of the script without its prelude. */
export function readCounts(json: string): CountedRange[] {
  const scripts = JSON.parse(json) as [number, number, number][][];
  return scripts.flat().map(([start, end, count]) => ({
    start: Math.max(0, start - PRELUDE.length),
    end: end - PRELUDE.length,
    count,
  }));
}
