import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { processAlive, StackError } from './process.ts';
import type { Secrets } from './secret.ts';

interface DemoPerson {
  name: string;
  address: string;
  privateKey: string;
  /** With which an operator signs in at Auth0. */
  email?: string;
  /** The code of the person's referral link on each site where they have one. */
  referralCodes?: Record<string, string>;
}

/** Where everything of a running stack is: the content of `.dev/stack.json`. */
export interface StackDescription {
  pid: number;
  /** Where its data and secrets are kept. */
  folder: string;
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
  oidc: {
    /** Ends with a slash. */
    issuer: string;
    control: string;
    /** Of the platform's API: what an access token is asked for. */
    audience: string;
    clients: Secrets['oidc'];
  };
  chain: { rpc: string; chainId: number };
  demo: { buyers: DemoPerson[]; agents: DemoPerson[]; operators: DemoPerson[] };
}

/** The folder of the stack that `npm start` runs, absolute: `POSX_DATA`, or `.dev` in the checkout. */
export const STACK_FOLDER = resolve(process.env['POSX_DATA'] || join(import.meta.dirname, '../.dev'));

/** The running stack, or null when none runs. */
export async function runningStack(): Promise<StackDescription | null> {
  let text: string;
  try {
    text = await readFile(join(STACK_FOLDER, 'stack.json'), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
  const description = JSON.parse(text) as StackDescription;
  // The file outlives a stack that was killed.
  return processAlive(description.pid) ? description : null;
}

/** @throws StackError when no stack runs */
export async function requireStack(): Promise<StackDescription> {
  const stack = await runningStack();
  if (stack === null) throw new StackError('No stack is running here: start one with "npm start" first.');
  return stack;
}
