import { createUniqueId, type JSX } from 'solid-js';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';
import { readQuantity } from './read-quantity.ts';

/** Units with − and +, typed too. What was typed stays, even when it is out of range: the field says what fits. */
export function Quantity(props: { typed: string; most: number; onType: (typed: string) => void }): JSX.Element {
  const { locale } = useSite();
  const words = useWords();
  const id = createUniqueId();
  const units = (): number | undefined => readQuantity(props.typed, props.most);
  const step = (by: number): void => {
    const next = Math.min(props.most, Math.max(1, (units() ?? 1) + by));
    props.onType(String(next));
  };
  return (
    <div class="field">
      <label for={id}>{words.buy.quantity}</label>
      <div class="stepper" classList={{ 'stepper-bad': units() === undefined }}>
        <button type="button" aria-label={words.buy.fewer} disabled={units() === 1} onClick={() => step(-1)}>
          −
        </button>
        <input
          id={id}
          name="quantity"
          inputmode="numeric"
          autocomplete="off"
          maxLength={7}
          value={props.typed}
          aria-invalid={units() === undefined ? 'true' : undefined}
          aria-describedby={`${id}-range`}
          onInput={(event) => props.onType(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
            event.preventDefault();
            step(event.key === 'ArrowUp' ? 1 : -1);
          }}
        />
        <button type="button" aria-label={words.buy.more} disabled={units() === props.most} onClick={() => step(1)}>
          +
        </button>
      </div>
      <p id={`${id}-range`} class="small muted">
        {words.buy.range(new Intl.NumberFormat(locale).format(props.most))}
      </p>
    </div>
  );
}
