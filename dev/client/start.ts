import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StackDescription } from '../description.ts';
import { freePort } from '../port.ts';
import { processAlive } from '../process.ts';
import { waitFor } from './wait.ts';

/** One `npm start`, in a process of its own. */
export interface Start {
  readonly process: ChildProcess;
  readonly port: number;
  /** Where its data is. */
  readonly folder: string;
  output(): string;
  errors(): string;
  /** Its exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
}

export interface StartOptions {
  /** A free one when not given. */
  readonly port?: number;
  readonly args?: readonly string[];
  /** Arguments of Node itself. */
  readonly node?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

/** Starts `dev/start.ts` on this data folder and does not wait for it. */
export async function start(folder: string, options: StartOptions = {}): Promise<Start> {
  const { port = await freePort(), args = [], node = [], env = {} } = options;
  const script = join(import.meta.dirname, '../start.ts');
  const command = [...node, script, '--port', String(port), '--no-open', ...args];
  const child = spawn(process.execPath, command, {
    env: { ...process.env, NODE_ENV: '', DATABASE_URL: '', ...env, POSX_DATA: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
  const exited = once(child, 'close').then(([code]) => code as number | null);
  return { process: child, port, folder, output: () => output, errors: () => errors, exited };
}

/** Waits until a start has written this. @throws Error with its own words when it ended before */
export async function written(one: Start, text: string): Promise<void> {
  await waitFor(text, () => {
    if (one.process.exitCode !== null) throw new Error(`it ended: ${one.output()}${one.errors()}`);
    return Promise.resolve(one.output().includes(text) ? true : undefined);
  });
}

/** What the ready stack wrote about itself. */
export function describedIn(folder: string): StackDescription {
  return JSON.parse(readFileSync(join(folder, 'stack.json'), 'utf8')) as StackDescription;
}

/** The ports on which the parts of a stack listen. */
export function portsOf({ platform, database, stripe, custody, chain, control }: StackDescription): number[] {
  const urls = [platform.url, database.superuser, database.endpoint, stripe.url, custody.url, chain.rpc, control];
  return urls.map((url) => Number(new URL(url).port));
}

const processes = (): string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** Every process below this one. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of processes()) {
    const parent = Number(/^PPid:\s*(\d+)/m.exec(about(name, 'status'))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const below = (of: number): number[] => (children.get(of) ?? []).flatMap((each) => [each, ...below(each)]);
  return below(pid);
}

/** Living processes that a start on this folder began: it is in their environment or in their command line. */
export function leftIn(folder: string): number[] {
  return processes()
    .filter((name) => Number(name) !== process.pid)
    .filter((name) => `${about(name, 'cmdline')}${about(name, 'environ')}`.includes(folder))
    .map(Number)
    .filter(processAlive);
}

function about(pid: string, file: 'status' | 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It ended meanwhile.
    return '';
  }
}
