/** One measured number and whether it is good enough. */
export interface Figure {
  figure: string;
  value: number;
  unit: string;
  /** Null for a figure that is only watched. */
  goal: number | null;
  meets: boolean;
}

/** What a benchmark found: rows for people, figures for machines. */
export interface BenchResult {
  /** Printed as a table, the names of the columns from the rows' own keys. */
  rows: Record<string, string | number>[];
  /** Printed between the table and the figures, line by line. */
  notes: string[];
  figures: Figure[];
}

/** A benchmark. It tells what it is doing, since it may take minutes. */
export type Bench = (onProgress: (step: string) => void) => Promise<BenchResult>;

/** A figure whose goal is the highest value allowed. It is judged as it is printed, to three decimals. */
export function atMost(figure: string, value: number, unit: string, goal: number): Figure {
  const rounded = Math.round(value * 1_000) / 1_000;
  return { figure, value: rounded, unit, goal, meets: rounded <= goal };
}

/** A figure whose goal is the lowest value allowed. */
export function atLeast(figure: string, value: number, unit: string, goal: number): Figure {
  const rounded = Math.round(value * 1_000) / 1_000;
  return { figure, value: rounded, unit, goal, meets: rounded >= goal };
}

/** A figure that has no goal: it depends on the machine. */
export function watched(figure: string, value: number, unit: string): Figure {
  return { figure, value: Math.round(value * 1_000) / 1_000, unit, goal: null, meets: true };
}

/** @throws TypeError when there is nothing to take the middle of */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const high = sorted[Math.floor(sorted.length / 2)];
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  if (high === undefined || low === undefined) throw new TypeError('the median of nothing');
  return (low + high) / 2;
}
