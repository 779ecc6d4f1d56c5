import type { TestProject } from 'vitest/node';
import { COVERAGE_VARIABLE } from '../dev/coverage/measure.ts';
import { startCountedStack } from '../dev/coverage/start.ts';
import type { Stack } from '../dev/stack.ts';
import { startThrowAwayStack } from '../dev/with_stack.ts';

/** Projects have module instances of their own but share this process, and with it the one stack. */
const shared = globalThis as typeof globalThis & { posxStack?: { stack: Promise<Stack>; users: number } };

const start = process.env[COVERAGE_VARIABLE] === '1' ? startCountedStack : startThrowAwayStack;

/** Boots the stack for the first project that needs it; the last one to end stops it. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const held = (shared.posxStack ??= { stack: start({ queueTimeoutSeconds: 0.05 }), users: 0 });
  held.users += 1;
  const stack = await held.stack;
  project.provide('stack', stack.description);
  return async () => {
    held.users -= 1;
    if (held.users > 0) return;
    delete shared.posxStack;
    await stack.stop();
  };
}
