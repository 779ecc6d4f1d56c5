import { createUniqueId, For, type JSX } from 'solid-js';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';
import { inLocale } from '../text/locale.ts';

/** The terms as one checkbox, with their text at hand. */
export function Consent(props: { accepted: boolean; onAccept: (accepted: boolean) => void }): JSX.Element {
  const { site, text, locale } = useSite();
  const words = useWords();
  const id = createUniqueId();
  return (
    <div class="consent">
      <label class="check" for={id}>
        <input
          id={id}
          type="checkbox"
          checked={props.accepted}
          onChange={(event) => props.onAccept(event.currentTarget.checked)}
        />
        <span>
          {words.buy.terms} <span class="muted small">({text.home.termsVersion(site.terms.version)})</span>
        </span>
      </label>
      <details>
        <summary>{words.buy.readTerms}</summary>
        <div class="prose muted small" tabindex="0">
          <For each={inLocale(site.terms.text, locale).split(/\n{2,}/)}>{(paragraph) => <p>{paragraph}</p>}</For>
        </div>
      </details>
    </div>
  );
}
