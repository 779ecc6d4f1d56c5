import { useLocation } from '@solidjs/router';
import { createSignal, Show, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { asRefusal, type Refusal } from '../api/refusal.ts';
import { Notice } from '../part/notice.tsx';
import { nameOf } from '../session/identity.ts';
import { useSession } from '../session/session.tsx';
import { useSite } from '../site/site-view.tsx';

const MENU = 'account-menu';

/** Who is signed in, with the ways to the account and out of it; for anybody else the way in. */
export function AccountMenu(): JSX.Element {
  const { site, text } = useSite();
  const session = useSession();
  const place = useLocation();
  const here = (path: string): 'page' | undefined => (place.pathname === path ? 'page' : undefined);
  return (
    <nav class="bar-nav" aria-label={text.shell.menu}>
      <Show
        when={session.me()}
        fallback={
          <Show when={site.kind === 'site'}>
            <a href="/account" aria-current={here('/account')}>
              {session.me() === null ? text.shell.signIn : text.shell.menu}
            </a>
          </Show>
        }
      >
        {(me) => (
          <>
            <button type="button" class="button menu-button" popovertarget={MENU}>
              <span class="unseen">{text.shell.signedInAs} </span>
              <span class="menu-name">{nameOf(me())}</span>
            </button>
            <Menu me={me()} here={here} />
          </>
        )}
      </Show>
    </nav>
  );
}

/** The browser closes it on Escape and on a press anywhere else, and gives the focus back. */
function Menu(props: { me: Me; here: (path: string) => 'page' | undefined }): JSX.Element {
  const { site, text } = useSite();
  const session = useSession();
  const [isBusy, setBusy] = createSignal(false);
  const [refusal, setRefusal] = createSignal<Refusal>();
  let menu: HTMLDivElement | undefined;
  const leave = async (): Promise<void> => {
    if (isBusy()) return;
    setBusy(true);
    setRefusal(undefined);
    try {
      await session.leave();
    } catch (error) {
      setRefusal(asRefusal(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div ref={(element) => (menu = element)} id={MENU} class="menu" popover="auto">
      <p class="menu-who">
        <span class="small muted">{text.shell.signedInAs}</span>
        <strong class="wrap">{nameOf(props.me)}</strong>
      </p>
      <ul onClick={() => menu?.hidePopover()}>
        <Show when={site.kind === 'site'}>
          <li>
            <a href="/account" aria-current={props.here('/account')}>
              {text.shell.account}
            </a>
          </li>
        </Show>
        <li>
          <a href="/account/security" aria-current={props.here('/account/security')}>
            {text.shell.security}
          </a>
        </li>
      </ul>
      <button
        type="button"
        class="button menu-leave"
        aria-busy={isBusy() ? 'true' : undefined}
        onClick={() => void leave()}
      >
        {isBusy() ? text.shell.signingOut : text.shell.signOut}
      </button>
      <Notice refusal={refusal()} />
    </div>
  );
}
