import { Show, type JSX } from 'solid-js';
import type { Refusal } from '../api/refusal.ts';
import { useSite } from '../site/site-view.tsx';
import { languageOf } from '../text/locale.ts';
import { useWordsIfAny } from '../text/words.tsx';

/**
 * A refusal in the reader's words, with the way out and the request's id for support. Announced at once, since the
 * reader was waiting for something else.
 */
export function Notice(props: {
  refusal: Refusal | undefined;
  retry?: () => unknown;
  children?: JSX.Element;
}): JSX.Element {
  const { text, locale } = useSite();
  const words = useWordsIfAny();
  const sentence = (refusal: Refusal): string => {
    const { code, detail } = refusal.fault;
    // The API speaks English: its sentence serves where ours has no better one, and only for who reads English.
    const theirs = languageOf(locale) === 'en' && code !== 'internal' ? detail : '';
    return words?.refusal[code] ?? text.refusal[code] ?? (theirs === '' ? text.refusalUnknown : theirs);
  };
  return (
    <div role="alert" class="alert">
      <Show when={props.refusal}>
        {(refusal) => (
          <div class="notice notice-bad">
            <p>{sentence(refusal())}</p>
            {props.children}
            <Show when={props.retry}>
              {(retry) => (
                <button type="button" class="button button-quiet" onClick={() => void retry()()}>
                  {text.shell.retry}
                </button>
              )}
            </Show>
            <Show when={refusal().fault.request_id}>
              {(id) => (
                <p class="small muted">
                  {text.shell.request} <code>{id()}</code>
                </p>
              )}
            </Show>
          </div>
        )}
      </Show>
    </div>
  );
}
