import { defineConfig } from 'vitest/config';

/**
 * Six projects, one after the other in one process, because timing and counting suffer when heavy ones share a core. `unit`
 * needs nothing; `dev` boots stacks, or parts of one, itself; the others share one whole stack.
 */
export default defineConfig({
  test: {
    retry: 0,
    allowOnly: false,
    projects: [
      {
        test: {
          name: 'unit',
          setupFiles: 'test/runs.ts',
          include: [
            ...['domain', 'worker', 'queues', 'drizzle', 'web'].map((folder) => `${folder}/**/*.test.ts`),
            'test/tidy.test.ts',
          ],
          // Pure functions leave nothing behind, and one module graph for all files is much faster.
          isolate: false,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'dev',
          include: ['dev/**/*.test.ts', 'test/loss/**/*.test.ts'],
          pool: 'forks',
          testTimeout: 60_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'flow',
          setupFiles: 'test/runs.ts',
          include: ['flow', 'isolation', 'database'].map((folder) => `test/${folder}/**/*.test.ts`),
          globalSetup: 'test/setup.ts',
          // Database requests are counted over the whole stack, so only one file may cause any.
          maxWorkers: 1,
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'attack',
          setupFiles: 'test/runs.ts',
          include: ['test/attack/**/*.test.ts'],
          globalSetup: 'test/setup.ts',
          // What an attack wrote is looked for in the whole database, so only one file may write any.
          maxWorkers: 1,
          isolate: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          name: 'model',
          include: ['test/model/**/*.test.ts'],
          globalSetup: 'test/setup.ts',
          sequence: { groupOrder: 4 },
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          globalSetup: 'test/setup.ts',
          maxWorkers: 1,
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          sequence: { groupOrder: 5 },
        },
      },
    ],
  },
});
