import { lendStack } from '../test/harness/stack.ts';
import { makeCutter } from '../test/cuts/cutter.ts';
import { cutEverywhere, type CutResult } from '../test/cuts/run.ts';
import type { Operation } from '../test/cuts/operation.ts';
import { UsageError } from './options.ts';
import { runCommand } from './run_command.ts';
import { startThrowAwayStack } from './with_stack.ts';

/** Operations by area; an area's name chooses all of them, an operation's its one. */
const AREAS: Record<string, () => Promise<readonly Operation[]>> = {
  orders: async () => [
    ...(await import('../test/cuts/operation/buy.ts')).buying,
    ...(await import('../test/cuts/operation/late.ts')).comingLate,
    ...(await import('../test/cuts/operation/reverse.ts')).reversing,
  ],
};

async function chosen(names: readonly string[]): Promise<Operation[]> {
  const areas = await Promise.all(
    Object.entries(AREAS).map(async ([area, load]) => (await load()).map((operation) => ({ area, operation }))),
  );
  const all = areas.flat();
  const known = (name: string) => all.filter(({ area, operation }) => area === name || operation.name === name);
  const unknown = names.find((name) => known(name).length === 0);
  if (unknown !== undefined) {
    const choice = [...Object.keys(AREAS), ...all.map(({ operation }) => operation.name)].join(', ');
    throw new UsageError(`There is no operation "${unknown}": choose from ${choice}.`);
  }
  const wanted = names.length === 0 ? all : names.flatMap(known);
  return [...new Set(wanted.map(({ operation }) => operation))];
}

/**
 * `npm run cuts [-- <area or operation>…]`: runs each operation undisturbed, then once for each of its requests to the
 * database and to the payment provider with that one cut before it is done, and once after. Needs a stack of its own,
 * since the cuts are made on the ways between its parts.
 */
runCommand(async () => {
  const operations = await chosen(process.argv.slice(2));
  const stack = await startThrowAwayStack({ queueTimeoutSeconds: 0.05, cuttable: true });
  try {
    lendStack(stack.description);
    const cutter = makeCutter(stack);
    const results: CutResult[] = [];
    for (const operation of operations) {
      const result = await cutEverywhere(stack, cutter, operation, showRun(operation.name));
      results.push(result);
      console.log(
        `${result.operation}: ${result.requests.length} requests, ${result.runs} runs, ${result.breaks.length} breaks`,
      );
      for (const each of result.breaks) console.log(`  ${each}`);
    }
    const sum = (of: (result: CutResult) => number) => results.reduce((total, result) => total + of(result), 0);
    const breaks = sum((result) => result.breaks.length);
    const requests = sum((result) => result.requests.length);
    console.log(JSON.stringify({ operations: results.length, requests, runs: sum(({ runs }) => runs), breaks }));
    return breaks === 0;
  } finally {
    await stack.stop();
  }
});

/** On a terminal, how far it is. */
function showRun(name: string): (run: number, of: number) => void {
  if (!process.stdout.isTTY) return () => undefined;
  return (run, of) => void process.stdout.write(`\r${name}: ${run} of ${of}${run === of ? '\n' : ''}`);
}
