import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningStack, type StackDescription } from './description.ts';
import { freePort } from './port.ts';
import { startStack, type StackOptions, type Stack } from './stack.ts';

/** A stack of its own, on free ports and data that nobody keeps; it goes when `stop` is called. */
export async function startThrowAwayStack(options: Partial<StackOptions> = {}): Promise<Stack> {
  const folder = await mkdtemp(join(tmpdir(), 'posx-'));
  const stack = await startOnFreePort({ folder, durable: false, ...options });
  return {
    ...stack,
    async stop() {
      await stack.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Between finding a port free and listening on it everything else boots: somebody may have taken it by then. */
async function startOnFreePort(options: Omit<StackOptions, 'port'>, tries = 3): Promise<Stack> {
  try {
    return await startStack({ ...options, port: await freePort() });
  } catch (error) {
    const taken =
      error instanceof Error &&
      /EADDRINUSE|ADDRESS_IN_USE|is taken/i.test(`${error.name} ${error.message} ${codeOf(error)}`);
    if (!taken || tries <= 1) throw error;
    return startOnFreePort(options, tries - 1);
  }
}

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '');

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
