import { For, type JSX } from 'solid-js';
import { useSite } from '../site/site-view.tsx';

/** Grey lines in the place of what is being read, so that nothing jumps when it comes. */
export function Skeleton(props: { lines: number; tall?: boolean }): JSX.Element {
  const { text } = useSite();
  return (
    <div class="skeleton" role="status">
      <span class="unseen">{text.shell.loading}</span>
      <For each={Array.from({ length: props.lines }, (_, line) => line)}>
        {() => <span class="skeleton-line" classList={{ 'skeleton-tall': props.tall ?? false }} aria-hidden="true" />}
      </For>
    </div>
  );
}
