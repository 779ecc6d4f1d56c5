import { readFile } from 'node:fs/promises';
import { StackError } from './process.ts';

interface DemoPerson {
  name: string;
  address: string;
  privateKey: string;
  /** The code of the person's referral link on each site where they have one. */
  referralCodes?: Record<string, string>;
}

/** Where everything of a running stack is: the content of `.dev/stack.json`. */
export interface StackDescription {
  pid: number;
  sites: { code: string; url: string; token: string; decimals: number; vault: string; account: string | null }[];
  platform: { url: string };
  api: string;
  /** Fires the consumer's cron in the running stack. */
  control: string;
  database: Record<
    'superuser' | 'owner' | 'app' | 'operator' | 'readonly' | 'admin' | 'queue' | 'sweep' | 'endpoint',
    string
  >;
  stripe: { url: string; control: string; webhookSecret: string; publishableKey: string; secretKey: string };
  custody: { url: string; control: string };
  chain: { rpc: string; chainId: number };
  demo: { buyers: DemoPerson[]; agents: DemoPerson[]; operators: DemoPerson[] };
}

/** The folder of the stack that `npm start` runs. */
export const STACK_FOLDER = new URL('../.dev/', import.meta.url).pathname;

/** The running stack, or null when none runs. */
export async function runningStack(): Promise<StackDescription | null> {
  let text: string;
  try {
    text = await readFile(`${STACK_FOLDER}stack.json`, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const description = JSON.parse(text) as StackDescription;
  try {
    process.kill(description.pid, 0);
    return description;
  } catch {
    // The file outlived a stack that was killed.
    return null;
  }
}

/** @throws StackError when no stack runs */
export async function requireStack(): Promise<StackDescription> {
  const stack = await runningStack();
  if (stack === null) throw new StackError('No stack is running here: start one with "npm start" first.');
  return stack;
}
