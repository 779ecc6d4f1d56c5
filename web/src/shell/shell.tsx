import { useLocation } from '@solidjs/router';
import { For, lazy, Show, Suspense, untrack, type JSX } from 'solid-js';
import { Skeleton } from '../part/skeleton.tsx';
import { useSession } from '../session/session.tsx';
import { ERROR_PARAMETER } from '../sign-in/login-address.ts';
import { useSite } from '../site/site-view.tsx';
import { languageOf } from '../text/locale.ts';
import { worded } from '../text/words.tsx';
import { AccountMenu } from './account-menu.tsx';

/**
 * What stands around every page: the way to the content, the site's name, the account, the languages. Links are plain
 * `a` elements everywhere: the router takes every click on one, and its own component would only add to the first load.
 */
export function Shell(props: { children?: JSX.Element }): JSX.Element {
  const { site, text } = useSite();
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
          <AccountMenu />
        </div>
      </header>
      <Show when={site.status === 'suspended'}>
        <p class="banner">{text.shell.paused}</p>
      </Show>
      <main id="content" tabindex="-1">
        <Heed />
        <Suspense fallback={<Skeleton lines={6} />}>{props.children}</Suspense>
      </main>
      <Footer />
    </>
  );
}

/** What must be seen on whatever page: a sign-in that failed on its way back here, a wallet that changed its account. */
function Heed(): JSX.Element {
  const { locale } = useSite();
  const session = useSession();
  const place = useLocation();
  const SignInError = lazy(worded(locale, async () => (await import('../sign-in/sign-in-error.tsx')).SignInError));
  const AccountChange = lazy(worded(locale, async () => (await import('../session/account-change.tsx')).AccountChange));
  const failed = untrack(() => place.query[ERROR_PARAMETER]);
  return (
    <Suspense>
      <Show when={failed}>
        <SignInError code={String(failed)} />
      </Show>
      <Show when={session.me()}>{(me) => <AccountChange me={me()} />}</Show>
    </Suspense>
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
