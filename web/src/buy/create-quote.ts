import { createEffect, createSignal, on, onCleanup } from 'solid-js';
import type { Quote } from '../../../worker/order/shape.ts';
import { api } from '../api/api.ts';
import { asRefusal, type Refusal } from '../api/refusal.ts';

/** Long enough to let a number be typed, short enough to feel live. */
const PAUSE_MS = 200;

/** The server's quote for what is chosen now. `value` is the last one there was, `isCurrent` says it fits the choice. */
export interface LiveQuote {
  value: () => Quote | undefined;
  isCurrent: () => boolean;
  refusal: () => Refusal | undefined;
  refresh: () => void;
  put: (quote: Quote) => void;
}

/**
 * Asks for a quote whenever `quantity` or `promoCode` changes; undefined means the field holds no valid number, or that no
 * code is given. An older answer never replaces a newer one, since its request is aborted.
 */
export function createQuote(
  tierId: () => string,
  quantity: () => number | undefined,
  promoCode: () => string | undefined,
): LiveQuote {
  const [value, setValue] = createSignal<Quote>();
  const [quotedCode, setQuotedCode] = createSignal<string>();
  const [refusal, setRefusal] = createSignal<Refusal>();
  const [turn, setTurn] = createSignal(0);

  const ask = async (id: string, units: number, code: string | undefined, signal: AbortSignal): Promise<void> => {
    try {
      const quote = await api.preview(id, units, code, signal);
      if (signal.aborted) return;
      setValue(quote);
      setQuotedCode(code);
      setRefusal(undefined);
    } catch (error) {
      if (!signal.aborted) setRefusal(asRefusal(error));
    }
  };
  createEffect(
    on([tierId, quantity, promoCode, turn], ([id, units, code]) => {
      if (units === undefined) return;
      const aborter = new AbortController();
      const timer = setTimeout(() => void ask(id, units, code, aborter.signal), value() === undefined ? 0 : PAUSE_MS);
      onCleanup(() => {
        clearTimeout(timer);
        aborter.abort();
      });
    }),
  );
  return {
    value,
    isCurrent: () =>
      value()?.quantity === quantity() &&
      value()?.tier_id === tierId() &&
      quotedCode() === promoCode() &&
      refusal() === undefined,
    refusal,
    refresh: () => setTurn((count) => count + 1),
    put: (quote) => {
      setValue(quote);
      setRefusal(undefined);
    },
  };
}
