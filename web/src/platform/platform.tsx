import { createSignal, Match, Show, Switch, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { asRefusal, type Refusal } from '../api/refusal.ts';
import { mainWallet } from '../buy/recipient.tsx';
import { Address } from '../part/address.tsx';
import { Notice } from '../part/notice.tsx';
import { PageHeading } from '../part/page-heading.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import { useSession } from '../session/session.tsx';
import { useWords } from '../text/words.tsx';
import { Connect } from '../wallet/connect.tsx';

/** The platform host's only page: operators sign in by wallet. */
export function Platform(): JSX.Element {
  const words = useWords();
  const session = useSession();
  return (
    <section class="narrow">
      <PageHeading title={session.me() ? words.platform.signedInTitle : words.platform.title} />
      <div class="card">
        <Switch fallback={<Skeleton lines={3} />}>
          <Match when={session.me()}>{(me) => <Signed me={me()} />}</Match>
          <Match when={session.me() === null}>
            <Connect why={words.platform.sentence} />
          </Match>
          <Match when={session.refusal()}>
            {(refusal) => <Notice refusal={refusal()} retry={() => session.reload()} />}
          </Match>
        </Switch>
      </div>
    </section>
  );
}

function Signed(props: { me: Me }): JSX.Element {
  const words = useWords();
  const session = useSession();
  const [refusal, setRefusal] = createSignal<Refusal>();
  const leave = (): void => {
    session.leave().catch((error: unknown) => setRefusal(asRefusal(error)));
  };
  return (
    <>
      <p role="status">
        <strong>{words.platform.signedIn}</strong> {words.platform.next}
      </p>
      <Show when={mainWallet(props.me)}>{(wallet) => <Address value={wallet().address} />}</Show>
      <button type="button" class="button button-second button-inline" onClick={leave}>
        {words.wallet.signOut}
      </button>
      <Notice refusal={refusal()} />
    </>
  );
}
