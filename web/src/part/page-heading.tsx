import { createEffect, onMount, type JSX } from 'solid-js';
import { useSite } from '../site/site-view.tsx';

/** False until the first page was shown: the browser places focus itself on a fresh load. */
let moved = false;

/**
 * The page's first heading. It names the tab, and takes the focus after a change of page, so that a screen reader
 * hears where it is and the keyboard starts at the top.
 */
export function PageHeading(props: { title: string; children?: JSX.Element }): JSX.Element {
  const { site } = useSite();
  let heading: HTMLHeadingElement | undefined;
  createEffect(() => {
    document.title = props.title === site.name ? site.name : `${props.title} · ${site.name}`;
  });
  onMount(() => {
    if (moved) {
      // The second press of a double click would otherwise leave half the new page selected.
      getSelection()?.removeAllRanges();
      heading?.focus({ preventScroll: true });
    }
    moved = true;
  });
  return (
    <h1 ref={(element) => (heading = element)} tabindex="-1">
      {props.children ?? props.title}
    </h1>
  );
}
