import type { Bench, BenchResult } from '../test/bench/figure.ts';
import { UsageError } from './options.ts';
import { runCommand } from './run_command.ts';

/** Each is loaded only when it runs. */
const BENCHES: Record<string, () => Promise<Bench>> = {
  orders: async () => (await import('../test/bench/orders.ts')).orders,
  rls: async () => (await import('../test/bench/rls.ts')).rls,
};

/** @throws UsageError for a name that no benchmark has */
function chosen(names: readonly string[]): [string, () => Promise<Bench>][] {
  const known = Object.entries(BENCHES);
  const unknown = names.find((name) => !Object.hasOwn(BENCHES, name));
  if (unknown !== undefined)
    throw new UsageError(`There is no benchmark "${unknown}": choose from ${Object.keys(BENCHES).join(', ')}.`);
  return names.length === 0 ? known : known.filter(([name]) => names.includes(name));
}

/** The rows under the names of their columns, each column as wide as its widest cell. */
function table(rows: BenchResult['rows']): string[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = [names, ...rows.map((row) => names.map((name) => String(row[name] ?? '')))];
  const widths = names.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  return lines.map((line) =>
    line
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** `npm run bench [-- <name>…]`: benchmarks with their tables; then one line of JSON a figure. Fails on a missed goal. */
runCommand(async () => {
  let well = true;
  for (const [bench, load] of chosen(process.argv.slice(2))) {
    const run = await load();
    const { rows, notes, figures } = await run((step) => console.log(`${bench}: ${step}`));
    for (const line of ['', ...table(rows), '', ...notes]) console.log(line);
    for (const figure of figures) console.log(JSON.stringify({ bench, ...figure }));
    well &&= figures.every(({ meets }) => meets);
  }
  return well;
});
