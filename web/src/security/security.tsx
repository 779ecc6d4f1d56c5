import { createEffect, createMemo, createSignal, Match, on, Show, Switch, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { Notice } from '../part/notice.tsx';
import { PageHeading } from '../part/page-heading.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import { useSession } from '../session/session.tsx';
import { takeErrand } from '../sign-in/errand.ts';
import { SignIn } from '../sign-in/sign-in.tsx';
import { useSite } from '../site/site-view.tsx';
import type { SecurityText } from '../text/en-security.ts';
import { DataSection } from './data-section.tsx';
import { Deeds } from './deeds.tsx';
import { EmailSection } from './email-section.tsx';
import { SessionSection } from './session-section.tsx';
import { WalletSection } from './wallet-section.tsx';

/** `/account/security`: how the account is reached, where it is signed in, and its data. */
export function Security(props: { text: SecurityText }): JSX.Element {
  const { site } = useSite();
  const session = useSession();
  const [isDeleted, setDeleted] = createSignal(false);
  return (
    <div class="security">
      <Show when={site.kind === 'site'}>
        <a class="back" href="/account">
          {props.text.back}
        </a>
      </Show>
      <PageHeading title={isDeleted() ? props.text.deleted.title : props.text.title} />
      <Switch
        fallback={
          <div class="card">
            <Skeleton lines={6} tall />
          </div>
        }
      >
        <Match when={session.me()}>
          {(me) => <Sections me={me()} text={props.text} onDeleted={() => setDeleted(true)} />}
        </Match>
        <Match when={isDeleted()}>
          <p role="status">{props.text.deleted.sentence}</p>
        </Match>
        <Match when={session.me() === null}>
          <div class="narrow narrow-start">
            <div class="card">
              <SignIn why={props.text.signIn} />
            </div>
          </div>
        </Match>
        <Match when={session.refusal()}>
          {(refusal) => <Notice refusal={refusal()} retry={() => session.reload()} />}
        </Match>
      </Switch>
    </div>
  );
}

/**
 * The sections, and the one question that may be open in front of them. An errand names a question: who had to sign in
 * again by e-mail comes back to the one that was open.
 */
function Sections(props: { me: Me; text: SecurityText; onDeleted: () => void }): JSX.Element {
  const { site } = useSite();
  const [errand, setErrand] = createSignal<string>();
  const [said, setSaid] = createSignal('');
  const [ended, setEnded] = createSignal(0);
  // A fresh proof brings the same person anew: the question that asked for it stays open.
  const who = createMemo(() => props.me.id);
  createEffect(on(who, (id) => setErrand(takeErrand(id, sessionStorage))));
  const open = (next: string | undefined): void => {
    setSaid('');
    setErrand(next);
  };
  return (
    <>
      <p class="small said" role="status">
        {said()}
      </p>
      <Show when={site.sign_in.includes('email') || props.me.email !== null}>
        <EmailSection me={props.me} text={props.text.ways} />
      </Show>
      <Show when={site.kind === 'site'}>
        <WalletSection
          me={props.me}
          text={props.text.wallets}
          isAdding={errand() === 'bind'}
          onErrand={open}
          onSaid={setSaid}
        />
      </Show>
      <SessionSection text={props.text.sessions} ended={ended()} onErrand={open} onSaid={setSaid} />
      <Show when={site.kind === 'site'}>
        <DataSection text={props.text.data} onErrand={open} onSaid={setSaid} />
      </Show>
      <Deeds
        me={props.me}
        text={props.text}
        errand={errand()}
        onClose={() => setErrand(undefined)}
        onSaid={setSaid}
        onEnded={() => setEnded((count) => count + 1)}
        onDeleted={() => props.onDeleted()}
      />
    </>
  );
}
