import { Match, Switch, type JSX } from 'solid-js';
import { Notice } from '../part/notice.tsx';
import { PageHeading } from '../part/page-heading.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import { nameOf } from '../session/identity.ts';
import { useSession } from '../session/session.tsx';
import { SignIn } from '../sign-in/sign-in.tsx';
import { useWords } from '../text/words.tsx';

/** The platform host's first page: operators sign in, once for all their sites. */
export function Platform(): JSX.Element {
  const words = useWords();
  const session = useSession();
  return (
    <section class="narrow">
      <PageHeading title={session.me() ? words.platform.signedInTitle : words.platform.title} />
      <div class="card">
        <Switch fallback={<Skeleton lines={3} />}>
          <Match when={session.me()}>
            {(me) => (
              <>
                <p role="status">
                  <strong>{words.platform.signedIn}</strong> <span class="muted wrap">{nameOf(me())}</span>
                </p>
                <p>{words.platform.next}</p>
                <p>
                  <a href="/account/security">{words.account.security}</a>
                </p>
              </>
            )}
          </Match>
          <Match when={session.me() === null}>
            <SignIn why={words.platform.sentence} />
          </Match>
          <Match when={session.refusal()}>
            {(refusal) => <Notice refusal={refusal()} retry={() => session.reload()} />}
          </Match>
        </Switch>
      </div>
    </section>
  );
}
