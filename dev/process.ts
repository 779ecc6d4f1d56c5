/**
 * Processes and ports of the local stack. Whatever is started here ends with this process: by an orderly stop where
 * there is time for one, by signals to whole process groups where there is none.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ChildProcess } from 'node:child_process';
import { guard } from './guard.ts';

/** A refusal whose message is one sentence meant for the person at the terminal; no stack trace is worth showing. */
export class StackError extends Error {
  override name = 'StackError';
}

interface Stopper {
  readonly stop: () => Promise<void> | void;
  /** What can still be done when the event loop is gone: send a signal, remove a file. */
  readonly lastResort: (() => void) | undefined;
}

const stoppers: Stopper[] = [];
let ending: Promise<void> | undefined;
let interruptCode: number | undefined;
let listening = false;
let interrupted = false;

/**
 * Registers a stop function. All run once, in reverse order, on SIGINT, SIGTERM, SIGHUP or {@link stopAll}; on an
 * exception or `process.exit` only the synchronous `lastResort` functions of what still runs can.
 *
 * @returns takes the registration back; call it once the thing was stopped in the ordinary way.
 */
export function onExit(stop: Stopper['stop'], lastResort?: () => void): () => void {
  listen();
  const stopper: Stopper = { stop, lastResort };
  stoppers.push(stopper);
  return () => {
    const at = stoppers.indexOf(stopper);
    if (at >= 0) stoppers.splice(at, 1);
  };
}

/** The exit code after Ctrl-C. By default that of the signal; 0 where interrupting is the ordinary way to end. */
export function exitOnInterruptWith(code: number): void {
  interruptCode = code;
}

/** Runs every registered stop function in reverse order; a failure of one is printed and does not keep the others. */
export function stopAll(): Promise<void> {
  ending ??= stopEach().finally(() => (ending = undefined));
  return ending;
}

/** True once a signal asked for the end: what fails from then on fails because of that. */
export function isInterrupted(): boolean {
  return interrupted;
}

async function stopEach(): Promise<void> {
  for (let stopper = stoppers.pop(); stopper !== undefined; stopper = stoppers.pop()) {
    try {
      await stopper.stop();
    } catch (error) {
      console.error('stopping failed:', error);
      stopper.lastResort?.();
    }
  }
}

function listen(): void {
  if (listening) return;
  listening = true;
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.on(signal, () => {
      interrupted = true;
      const code = signal === 'SIGINT' ? (interruptCode ?? 128 + number) : 128 + number;
      void stopAll().then(() => process.exit(code));
    });
  }
  // An uncaught exception ends the process through this event too, after Node has printed it.
  process.on('exit', () => {
    for (const stopper of stoppers.splice(0).reverse()) stopper.lastResort?.();
  });
}

/** A running child and the way to end it. */
export interface Child {
  readonly process: ChildProcess;
  readonly pid: number;
  /** Settles when the child has ended and its output was read: its exit code, or null after a signal. */
  readonly exited: Promise<number | null>;
  /** Sends the signal to the child's whole process group, after `graceMs` SIGKILL, and waits for its end. */
  stop(signal?: NodeJS.Signals, graceMs?: number): Promise<void>;
}

export interface ChildOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** The signal that asks this program to end in order. */
  readonly stopSignal?: NodeJS.Signals;
  /** Called with every piece of standard output and standard error. */
  readonly onOutput?: (text: string, stream: 'stdout' | 'stderr') => void;
}

/**
 * Starts a program in a process group of its own, so that Ctrl-C in a terminal reaches it only through the registry,
 * in order, and so that its own children end with it.
 *
 * @throws StackError when the program cannot be started.
 */
export async function startChild(command: string, args: readonly string[], options: ChildOptions = {}): Promise<Child> {
  const { onOutput, stopSignal = 'SIGTERM', ...rest } = options;
  const child = spawn(command, args, { ...rest, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(new StackError(`${command} could not be started: ${error.message}.`)));
  });
  const pid = child.pid;
  if (pid === undefined) throw new TypeError('a spawned child has a pid');
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => onOutput?.(text, stream));
  }
  const stop = async (signal: NodeJS.Signals = stopSignal, graceMs = 10_000): Promise<void> => {
    signalGroup(pid, signal);
    const timer = setTimeout(() => signalGroup(pid, 'SIGKILL'), graceMs);
    await ended;
    clearTimeout(timer);
    release();
  };
  const unguard = guard(-pid, stopSignal);
  const deregister = onExit(stop, () => signalGroup(pid, stopSignal));
  const release = (): void => {
    deregister();
    unguard();
  };
  // What the child left behind in its group dies with it, however it ended.
  child.once('exit', () => {
    signalGroup(pid, 'SIGKILL');
    release();
  });
  return { process: child, pid, exited, stop };
}

/**
 * Runs a program to its end.
 *
 * @returns its standard output.
 * @throws StackError with the end of its output when it exits with another code than 0.
 */
export async function run(command: string, args: readonly string[], options: ChildOptions = {}): Promise<string> {
  let stdout = '';
  let all = '';
  const child = await startChild(command, args, {
    ...options,
    onOutput(text, stream) {
      if (stream === 'stdout') stdout += text;
      all += text;
      options.onOutput?.(text, stream);
    },
  });
  const code = await child.exited;
  if (code === 0) return stdout;
  throw new StackError(
    `${command} ${args.slice(0, 3).join(' ')} ended with ${code ?? 'a signal'}:\n${all.slice(-2000)}`,
  );
}

/** True while a process with this id runs, whoever owns it. A zombie that nobody has reaped yet does not run. */
export function processAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    if (process.platform !== 'linux') return true;
    // In a container the first process may never reap the orphans it inherits.
    return !/^State:\s*[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the group has ended already, which is what every caller wants. EPERM: macOS says so of zombies.
    if (!(error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM'))) throw error;
  }
}
