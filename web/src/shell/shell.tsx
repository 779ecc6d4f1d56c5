import { useLocation } from '@solidjs/router';
import { For, Show, Suspense, type JSX } from 'solid-js';
import { Skeleton } from '../part/skeleton.tsx';
import { useSite } from '../site/site-view.tsx';
import { languageOf } from '../text/locale.ts';

/**
 * What stands around every page: the way to the content, the site's name, the account, the languages. Links are plain
 * `a` elements everywhere: the router takes every click on one, and its own component would only add to the first load.
 */
export function Shell(props: { children?: JSX.Element }): JSX.Element {
  const { site, text } = useSite();
  const place = useLocation();
  return (
    <>
      <a class="skip" href="#content" rel="external">
        {text.shell.skip}
      </a>
      <header class="bar">
        <div class="bar-inside">
          <a href="/" class="brand" aria-label={`${site.name}, ${text.shell.home}`}>
            <img src={site.brand.logo ?? '/icon.svg'} alt="" width="28" height="28" />
            <span>{site.name}</span>
          </a>
          <Show when={site.kind === 'site'}>
            <nav class="bar-nav">
              <a href="/account" aria-current={place.pathname === '/account' ? 'page' : undefined}>
                {text.shell.account}
              </a>
            </nav>
          </Show>
        </div>
      </header>
      <Show when={site.status === 'suspended'}>
        <p class="banner">{text.shell.paused}</p>
      </Show>
      <main id="content" tabindex="-1">
        <Suspense fallback={<Skeleton lines={6} />}>{props.children}</Suspense>
      </main>
      <Footer />
    </>
  );
}

/** Who sells, and the languages. Another language is another page: the server writes it, so this works without script. */
function Footer(): JSX.Element {
  const { site, text, locale } = useSite();
  return (
    <footer class="foot">
      <div class="foot-inside">
        <p class="muted small">{site.kind === 'site' ? text.shell.footer(site.name) : site.name}</p>
        <Show when={site.locales.length > 1}>
          <nav aria-label={text.shell.language}>
            <ul class="languages">
              <For each={site.locales}>
                {(offered) => (
                  <li>
                    <a
                      href={`?lang=${offered}`}
                      rel="external nofollow"
                      lang={offered}
                      aria-current={offered === locale ? 'true' : undefined}
                    >
                      {text.shell.languages[languageOf(offered)]}
                    </a>
                  </li>
                )}
              </For>
            </ul>
          </nav>
        </Show>
      </div>
    </footer>
  );
}
