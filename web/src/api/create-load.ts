import { createSignal, onCleanup, onMount } from 'solid-js';
import { asRefusal, type Refusal } from './refusal.ts';

/** Something read from the API: nothing yet, a value, or a refusal. After a failed re-read the old value stays. */
export interface Load<Value> {
  value: () => Value | undefined;
  refusal: () => Refusal | undefined;
  reload: () => Promise<void>;
  /** Puts a value in place that came by another road. */
  put: (value: Value) => void;
}

interface Options<Value> {
  /** A value the page starts with, which spares the first read. */
  seed?: Value | undefined;
  /** Wait for the first `reload` instead of reading at once. */
  onDemand?: boolean;
}

/**
 * Reads with `read` once the page runs in a browser; never on the server, where nobody is signed in. Late answers of a page that was left are dropped, and so are those overtaken by a newer read.
 */
export function createLoad<Value>(read: () => Promise<Value>, options: Options<Value> = {}): Load<Value> {
  const [value, setValue] = createSignal<Value | undefined>(options.seed, { equals: false });
  const [refusal, setRefusal] = createSignal<Refusal>();
  let turn = 0;
  const put = (next: Value): void => {
    setValue(() => next);
    setRefusal(undefined);
  };
  const reload = async (): Promise<void> => {
    const mine = ++turn;
    try {
      const next = await read();
      if (mine === turn) put(next);
    } catch (error) {
      if (mine === turn) setRefusal(asRefusal(error));
    }
  };
  onMount(() => {
    if (options.seed === undefined && options.onDemand !== true) void reload();
  });
  onCleanup(() => (turn = -1));
  return { value, refusal, reload, put };
}
