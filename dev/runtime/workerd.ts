import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ChildProcess } from 'node:child_process';
import { basename } from 'node:path';
import { guard } from '../guard.ts';

const CHANNEL = 'child_process';

/**
 * Guards the runtime's own process, whose id Miniflare does not tell: Node announces every child that is started while
 * the boot runs.
 *
 * @returns what the boot returns.
 */
export async function guardRuntime<T>(boot: () => Promise<T>): Promise<T> {
  const note = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess };
    child.once('spawn', () => {
      if (child.pid === undefined || !basename(child.spawnfile).startsWith('workerd')) return;
      child.once('exit', guard(child.pid, 'SIGKILL'));
    });
  };
  subscribe(CHANNEL, note);
  try {
    return await boot();
  } finally {
    unsubscribe(CHANNEL, note);
  }
}

/**
 * Makes something that would listen to signals, and takes those listeners away: Miniflare's end the process at once,
 * while the database beside it is still to be stopped in order.
 */
export function keepSignals<T>(make: () => T): T {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const before = signals.map((signal) => new Set(process.listeners(signal)));
  const made = make();
  signals.forEach((signal, index) => {
    for (const listener of process.listeners(signal)) {
      if (before[index]?.has(listener) !== true) process.off(signal, listener);
    }
  });
  return made;
}
