import { readdirSync, readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second (`CLK_TCK`). */
const TICK_MILLISECONDS = 10;

/**
 * Processor time that a process, its children and those children that have ended took so far, in milliseconds: for
 * PostgreSQL's first process that is the whole server.
 */
export function processorMilliseconds(pid: number): number {
  const own = statOf(pid);
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => statOf(Number(name)))
    .filter((stat) => stat?.parent === pid);
  const ticks = [own, ...children].reduce((sum, stat) => sum + (stat?.ticks ?? 0), own?.endedTicks ?? 0);
  return ticks * TICK_MILLISECONDS;
}

interface Stat {
  parent: number;
  ticks: number;
  endedTicks: number;
}

function statOf(pid: number): Stat | undefined {
  try {
    // The name in brackets may hold spaces.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const field = (at: number): number => Number(fields[at] ?? 0);
    return { parent: field(1), ticks: field(11) + field(12), endedTicks: field(13) + field(14) };
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}
