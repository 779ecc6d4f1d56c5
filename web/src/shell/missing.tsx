import type { JSX } from 'solid-js';
import { PageHeading } from '../part/page-heading.tsx';
import { useSite } from '../site/site-view.tsx';

/** Said for an address no page has. */
export function Missing(): JSX.Element {
  const { text } = useSite();
  return (
    <section class="narrow">
      <PageHeading title={text.shell.missing.title} />
      <p class="muted">{text.shell.missing.sentence}</p>
      <a class="button button-main button-inline" href="/">
        {text.shell.missing.back}
      </a>
    </section>
  );
}
