import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../dev/stack.ts';
import { ask } from '../../dev/client/http.ts';
import { loadChecks, runChecks } from '../../drizzle/check.ts';
import { withClient } from '../harness/database.ts';
import type { Cut, Cutter } from './cutter.ts';
import type { Operation } from './operation.ts';

/** What cutting an operation everywhere came to. */
export interface CutResult {
  readonly operation: string;
  /** Database requests and provider calls of the undisturbed run. */
  readonly requests: readonly string[];
  readonly runs: number;
  readonly breaks: readonly string[];
}

/** With the shortest queue delay, nothing more comes after this long a silence. */
const QUIET_MILLISECONDS = 250;
/** A message whose handling was cut comes back after two seconds; this bounds all that may be repeated. */
const PATIENCE_MILLISECONDS = 30_000;

/** Runs an operation undisturbed, then again and again with another request cut each time, before and after it is done. */
export async function cutEverywhere(
  stack: Stack,
  cutter: Cutter,
  operation: Operation,
  onRun: (run: number, of: number) => void = () => undefined,
): Promise<CutResult> {
  const undisturbed = await perform(stack, cutter, operation, null);
  const { requests } = undisturbed;
  if (requests.length === 0) throw new Error(`${operation.name} asks neither the database nor a provider`);
  const expected = JSON.stringify(undisturbed.outcome);
  const cuts = requests.flatMap((_, index) =>
    (['before', 'after'] as const).map((phase) => ({ at: index + 1, phase })),
  );
  const breaks: string[] = [];
  for (const [index, cut] of cuts.entries()) {
    onRun(index + 1, cuts.length);
    const found = await perform(stack, cutter, operation, cut, expected);
    const seen = JSON.stringify(found.outcome);
    const where = `${operation.name} cut ${cut.phase} request ${cut.at} (${requests[cut.at - 1] ?? ''})`;
    if (seen !== expected) breaks.push(`${where}: ended as ${seen} instead of ${expected}`);
    breaks.push(...(await violations()).map((violation) => `${where}: ${violation}`));
  }
  return { operation: operation.name, requests, runs: cuts.length + 1, breaks };
}

async function perform(stack: Stack, cutter: Cutter, operation: Operation, cut: Cut | null, expected?: string) {
  const world = await operation.prepare();
  await quiet(stack, cutter);
  cutter.arm(cut);
  await operation.run(world);
  await quiet(stack, cutter);
  const { requests } = cutter.disarm();
  // From here on nothing is cut: what is left is for redeliveries and for the sweeps of every minute.
  let outcome = await operation.outcome(world);
  const isThere = () => outcome !== null && (expected === undefined || JSON.stringify(outcome) === expected);
  for (const until = performance.now() + PATIENCE_MILLISECONDS; !isThere() && performance.now() < until;) {
    await stack.workers.scheduled('* * * * *');
    await quiet(stack, cutter);
    await sleep(200);
    outcome = await operation.outcome(world);
  }
  return { requests, outcome };
}

/** Until the provider has delivered what it can and nobody has asked anything for a while. */
async function quiet(stack: Stack, cutter: Cutter): Promise<void> {
  for (;;) {
    await sleep(50);
    if (cutter.idle() < QUIET_MILLISECONDS) continue;
    const { text } = await ask(`${stack.description.stripe.control}/quiet`);
    if ((JSON.parse(text) as { pending: number }).pending === 0) return;
  }
}

async function violations(): Promise<string[]> {
  const checks = await loadChecks();
  const found = await withClient('admin', (client) => runChecks(client, checks));
  return found.map((violation) => JSON.stringify(violation));
}
