import { Log, LogLevel } from 'miniflare';

/** One line that a Worker or the runtime wrote. */
export interface WorkerLog {
  readonly at: Date;
  /** `log`, `info`, `warn`, `error`, `debug`; the runtime's own lines are `runtime`. */
  readonly level: string;
  readonly message: string;
}

const LENGTH = 2000;

/** Collects what the local runtime would otherwise print in the middle of somebody's output. */
export class LogBook extends Log {
  readonly #lines: WorkerLog[] = [];
  readonly #onLine: ((line: WorkerLog) => void) | undefined;

  constructor(onLine?: (line: WorkerLog) => void) {
    super(LogLevel.WARN);
    this.#onLine = onLine;
  }

  add(level: string, message: string): void {
    const line = { at: new Date(), level, message };
    this.#lines.push(line);
    if (this.#lines.length > LENGTH) this.#lines.shift();
    this.#onLine?.(line);
  }

  lines(): readonly WorkerLog[] {
    return [...this.#lines];
  }

  protected override log(message: string): void {
    this.add('runtime', message);
  }
}
