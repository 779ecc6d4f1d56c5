import type { Stack } from '../../dev/stack.ts';

/** Which request of an operation is cut, counted from 1, and whether it is done before the connection ends. */
export interface Cut {
  readonly at: number;
  readonly phase: 'before' | 'after';
}

/** Counts the requests of an operation to the database and to the payment provider, and cuts one of them. */
export interface Cutter {
  arm(cut: Cut | null): void;
  /** Lets everything pass again. @returns what was asked since `arm`, and whether the cut was reached */
  disarm(): { requests: readonly string[]; reached: boolean };
  /** Milliseconds since the last request, at most since `arm`. */
  idle(): number;
}

/**
 * The SDK repeats a request whose connection ended once of itself, so at the provider the repetition is cut too: else
 * nobody but the SDK would notice.
 */
const SDK_REPETITIONS = 1;

/** @param stack one that was started `cuttable` */
export function makeCutter(stack: Stack): Cutter {
  let cut: Cut | null = null;
  let armed = false;
  let requests: string[] = [];
  let reached = false;
  let again = 0;
  let last = performance.now();

  const step = (phase: 'before' | 'after', name: string, repeats: number): 'pass' | 'cut' => {
    last = performance.now();
    if (!armed) return 'pass';
    if (again > 0 && phase === 'before') {
      again -= 1;
      return 'cut';
    }
    if (phase === 'before') requests.push(name);
    if (cut === null || reached || requests.length !== cut.at || phase !== cut.phase) return 'pass';
    reached = true;
    again = repeats;
    return 'cut';
  };

  stack.proxy.setFault((phase, { role, queries }) =>
    step(phase, `${role}: ${(queries[1] ?? queries[0] ?? '').slice(0, 60)}`, 0),
  );
  stack.payments?.setFault((phase, { method, path }) => step(phase, `stripe: ${method} ${path}`, SDK_REPETITIONS));
  return {
    arm(wanted) {
      cut = wanted;
      armed = true;
      requests = [];
      reached = false;
      again = 0;
      last = performance.now();
    },
    disarm() {
      armed = false;
      again = 0;
      return { requests, reached };
    },
    idle: () => performance.now() - last,
  };
}
