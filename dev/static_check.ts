import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { run, StackError } from './process.ts';
import { ROOT } from './runtime/root.ts';

/** A program that reads the sources and passes or fails as a whole. */
interface StaticCheck {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
}

const bin = (name: string, file: string): string =>
  join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), file);

const TSC = bin('typescript', 'bin/tsc');

/** Two lanes for two cores: the lint takes as long as all others together. */
const LANES: readonly (readonly StaticCheck[])[] = [
  [
    {
      name: 'lint',
      program: bin('eslint', 'bin/eslint.js'),
      args: ['.', '--max-warnings=0', '--cache', '--cache-strategy=content', '--cache-location=.dev/lint/'],
    },
  ],
  [
    { name: 'format', program: bin('prettier', 'bin/prettier.cjs'), args: ['--check', '--log-level=warn', '.'] },
    { name: 'types', program: TSC, args: ['-p', '.'] },
    { name: 'types of the storefront', program: TSC, args: ['-p', 'web'] },
  ],
];

/** How many checks or tests held, and how many did not. */
export interface Tally {
  passed: number;
  failed: number;
}

/** Runs format, lint and types, each as one check; what a failed one says is printed. */
export async function runStaticChecks(): Promise<Tally> {
  const tally: Tally = { passed: 0, failed: 0 };
  const lane = async (checks: readonly StaticCheck[]): Promise<void> => {
    for (const check of checks) tally[(await holds(check)) ? 'passed' : 'failed'] += 1;
  };
  await Promise.all(LANES.map(lane));
  return tally;
}

async function holds({ name, program, args }: StaticCheck): Promise<boolean> {
  const startedAt = performance.now();
  const seconds = (): string => `${((performance.now() - startedAt) / 1000).toFixed(0)} s`;
  let said = '';
  try {
    await run(process.execPath, [program, ...args], { cwd: ROOT, onOutput: (text) => (said += text) });
    console.log(` ✓ ${name} (${seconds()})`);
    return true;
  } catch (error) {
    // Only the program's own verdict is a result; that it could not run at all is not.
    if (!(error instanceof StackError)) throw error;
    console.log(` ✗ ${name} (${seconds()})\n${said}`);
    return false;
  }
}
