import { useLocation } from '@solidjs/router';
import { createSignal, onCleanup, onMount, Show, type JSX } from 'solid-js';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';
import { loginAddress, type Errand } from './login-address.ts';

/** The way to the e-mail sign-in and back to this page. A link, so that it works before any script has come. */
export function EmailLink(props: {
  errand?: Errand;
  second?: boolean;
  onLeave?: () => void;
  children?: JSX.Element;
}): JSX.Element {
  const { locale } = useSite();
  const words = useWords();
  const place = useLocation();
  const [isLeaving, setLeaving] = createSignal(false);
  onMount(() => {
    // Who comes back by the browser's own button finds the page as it was left.
    const reset = (): void => void setLeaving(false);
    addEventListener('pageshow', reset);
    onCleanup(() => removeEventListener('pageshow', reset));
  });
  const leave = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    if (isLeaving()) {
      event.preventDefault();
      return;
    }
    setLeaving(true);
    props.onLeave?.();
  };
  return (
    <a
      class={`button ${props.second ? 'button-second' : 'button-main'}`}
      href={loginAddress(place, locale, props.errand)}
      rel="external nofollow"
      aria-busy={isLeaving() ? 'true' : undefined}
      onClick={leave}
    >
      <Show when={isLeaving()}>
        <span class="spinner" aria-hidden="true" />
      </Show>
      {props.children ?? words.signIn.email}
    </a>
  );
}
