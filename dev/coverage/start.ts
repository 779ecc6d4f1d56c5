import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readConfigs } from '../runtime/config.ts';
import { ROOT } from '../runtime/root.ts';
import type { Stack, StackOptions } from '../stack.ts';
import { startThrowAwayStack } from '../with_stack.ts';
import { COUNTS_FOLDER } from './file.ts';
import { evaluate } from './inspect.ts';
import { PRELUDE, readCounts, TAKE_COUNTS, withV8Flags } from './prelude.ts';
import type { CountedScript } from './range.ts';

/** A throw-away stack that counts what of the API and the consumer runs, and keeps the counts when it is stopped. */
export async function startCountedStack(options: Partial<StackOptions>): Promise<Stack> {
  const stack = await withV8Flags(() => startThrowAwayStack({ ...options, prelude: PRELUDE }));
  return {
    ...stack,
    async stop() {
      try {
        await keepCounts(stack);
      } finally {
        await stack.stop();
      }
    },
  };
}

async function keepCounts({ workers, bundles }: Stack): Promise<void> {
  const { inspectorUrl } = workers;
  if (inspectorUrl === undefined) throw new TypeError('counts are read over the DevTools port');
  const configs = await readConfigs(ROOT);
  await mkdir(COUNTS_FOLDER, { recursive: true });
  for (const part of ['api', 'queues'] as const) {
    const json = await evaluate(inspectorUrl, configs[part].name, TAKE_COUNTS);
    if (typeof json !== 'string') throw new TypeError('counts are JSON');
    const counted: CountedScript = { script: bundles[part], ranges: readCounts(json) };
    await writeFile(join(COUNTS_FOLDER, `${part}-${process.pid}-${Date.now()}.json`), JSON.stringify(counted));
  }
}
