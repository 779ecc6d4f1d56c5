import { createSignal, createUniqueId, Show, type JSX } from 'solid-js';
import type { Refusal } from '../api/refusal.ts';
import { useWords } from '../text/words.tsx';

/**
 * A promo code, folded away for the many who have none. A code that is refused says why where it was typed, and stays there
 * to be mended or taken back.
 */
export function Promo(props: {
  code: string | undefined;
  refusal: Refusal | undefined;
  onApply: (code: string | undefined) => void;
}): JSX.Element {
  const words = useWords();
  const id = createUniqueId();
  const [typed, setTyped] = createSignal('');
  const apply = (event: Event): void => {
    event.preventDefault();
    const code = typed().trim();
    props.onApply(code === '' ? undefined : code);
  };
  const remove = (): void => {
    setTyped('');
    props.onApply(undefined);
  };
  return (
    <details class="promo">
      <summary>{words.buy.promo.ask}</summary>
      <form class="promo-form" onSubmit={apply}>
        <label for={id}>{words.buy.promo.label}</label>
        <input
          id={id}
          name="promo_code"
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          maxLength={64}
          value={typed()}
          aria-invalid={props.refusal === undefined ? undefined : 'true'}
          aria-describedby={`${id}-said`}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        <button type="submit" class="button button-quiet">
          {words.buy.promo.apply}
        </button>
      </form>
      <div id={`${id}-said`} role="status" class="promo-said small">
        <Show when={props.refusal} fallback={props.code === undefined ? '' : words.buy.promo.applied(props.code)}>
          {(refusal) => <span class="promo-bad">{words.refusal[refusal().fault.code] ?? refusal().fault.detail}</span>}
        </Show>
        <Show when={props.code !== undefined}>
          <button type="button" class="button button-quiet" onClick={remove}>
            {words.buy.promo.remove}
          </button>
        </Show>
      </div>
    </details>
  );
}
