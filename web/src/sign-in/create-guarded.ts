import { createSignal } from 'solid-js';
import { asRefusal, type Refusal } from '../api/refusal.ts';

/** Something the API may only do for who has just signed in. */
export interface Guarded {
  isBusy: () => boolean;
  /** True when a new proof is asked for; `run` once more after it. */
  needsFresh: () => boolean;
  refusal: () => Refusal | undefined;
  run: () => Promise<void>;
}

/** Runs `act` one at a time; `auth.fresh_required` becomes a step to take, every other refusal something to say. */
export function createGuarded(act: () => Promise<void>): Guarded {
  const [isBusy, setBusy] = createSignal(false);
  const [needsFresh, setNeedsFresh] = createSignal(false);
  const [refusal, setRefusal] = createSignal<Refusal>();
  const run = async (): Promise<void> => {
    if (isBusy()) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      await act();
      setNeedsFresh(false);
    } catch (error) {
      const refused = asRefusal(error);
      setNeedsFresh(refused.fault.code === 'auth.fresh_required');
      if (!needsFresh()) setRefusal(refused);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, needsFresh, refusal, run };
}
