import { createSignal, onCleanup, type JSX } from 'solid-js';
import { useSite } from '../site/site-view.tsx';

const SHOWN_MS = 2_000;

/** Copies `value` and says so for two seconds. `label` names what is copied. */
export function Copy(props: { value: string; label?: string }): JSX.Element {
  const { text } = useSite();
  const [copied, setCopied] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => {
    clearTimeout(timer);
  });
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(props.value);
    setCopied(true);
    clearTimeout(timer);
    timer = setTimeout(() => setCopied(false), SHOWN_MS);
  };
  return (
    <button type="button" class="button button-quiet" onClick={() => void copy().catch(() => setCopied(false))}>
      <span aria-live="polite">{copied() ? text.shell.copied : (props.label ?? text.shell.copy)}</span>
    </button>
  );
}
