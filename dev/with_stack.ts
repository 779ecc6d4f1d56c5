import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningStack, type StackDescription } from './description.ts';
import { freePort } from './port.ts';
import { startStack, type StackOptions, type Stack } from './stack.ts';

/** A stack of its own, on free ports and data that nobody keeps; it goes when `stop` is called. */
export async function startThrowAwayStack(options: Partial<StackOptions> = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'posx-'));
  const stack = await startStack({ folder, port: await freePort(), durable: false, ...options });
  return {
    ...stack,
    async stop() {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Runs `work` on the running stack, or boots one for it. */
export async function withStack<Result>(work: (stack: StackDescription) => Promise<Result>): Promise<Result> {
  const running = await runningStack();
  if (running !== null) return work(running);
  const own = await startThrowAwayStack({ queueTimeoutSeconds: 0.05 });
  try {
    return await work(own.description);
  } finally {
    await own.stop();
  }
}
