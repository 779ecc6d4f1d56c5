import { createSignal, createUniqueId, For, Match, Show, Switch, untrack, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { shortenAddress } from '../format/address.ts';
import { Address } from '../part/address.tsx';
import { Notice } from '../part/notice.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import { mainWallet, type OwnWallet } from '../session/identity.ts';
import { useSession } from '../session/session.tsx';
import { takeErrand } from '../sign-in/errand.ts';
import { SignIn } from '../sign-in/sign-in.tsx';
import { useWords } from '../text/words.tsx';
import { Bind } from '../wallet/bind.tsx';

interface RecipientProps {
  chosen: string | undefined;
  onChoose: (walletId: string) => void;
}

/** Where the tokens go: a wallet of the account, a choice of them, the way to connect one, or the way to sign in. */
export function Recipient(props: RecipientProps): JSX.Element {
  const session = useSession();
  return (
    <Switch fallback={<Skeleton lines={2} />}>
      <Match when={session.me() === null}>
        <SignIn />
      </Match>
      <Match when={session.me()}>
        {(me) => <Signed me={me()} chosen={props.chosen} onChoose={(id) => props.onChoose(id)} />}
      </Match>
      <Match when={session.refusal()}>
        {(refusal) => <Notice refusal={refusal()} retry={() => session.reload()} />}
      </Match>
    </Switch>
  );
}

function Signed(props: RecipientProps & { me: Me }): JSX.Element {
  const words = useWords();
  return (
    <div class="recipient">
      <Show when={props.me.wallets.length > 0} fallback={<Bind errand="bind" />}>
        <Choice me={props.me} chosen={props.chosen} onChoose={(id) => props.onChoose(id)} />
      </Show>
      <Show when={props.me.status !== 'active' && words.account.status[props.me.status]}>
        {(sentence) => <p class="notice">{sentence()}</p>}
      </Show>
    </div>
  );
}

/** One of the wallets; another one can be connected on the spot, and is then the chosen one. */
function Choice(props: RecipientProps & { me: Me }): JSX.Element {
  const words = useWords();
  const id = createUniqueId();
  const [isAdding, setAdding] = createSignal(untrack(() => takeErrand(props.me.id, sessionStorage) === 'bind'));
  const shown = (): OwnWallet | undefined =>
    props.me.wallets.find((wallet) => wallet.id === props.chosen) ?? mainWallet(props.me);
  const added = (before: readonly string[]): void => {
    setAdding(false);
    const fresh = props.me.wallets.find((wallet) => !before.includes(wallet.id));
    if (fresh) props.onChoose(fresh.id);
  };
  return (
    <>
      <Show
        when={props.me.wallets.length > 1}
        fallback={<p class="muted small recipient-label">{words.wallet.receives}</p>}
      >
        <label for={id}>{words.wallet.receives}</label>
        <select id={id} onChange={(event) => props.onChoose(event.currentTarget.value)}>
          <For each={props.me.wallets}>
            {(wallet) => (
              <option value={wallet.id} selected={wallet.id === shown()?.id}>
                {shortenAddress(wallet.address)}
              </option>
            )}
          </For>
        </select>
      </Show>
      <Show when={shown()}>{(wallet) => <Address value={wallet().address} />}</Show>
      <Show
        when={isAdding()}
        fallback={
          <button type="button" class="button button-quiet button-edge" onClick={() => setAdding(true)}>
            {words.wallet.another}
          </button>
        }
      >
        <Adding me={props.me} onDone={added} onCancel={() => setAdding(false)} />
      </Show>
    </>
  );
}

function Adding(props: { me: Me; onDone: (before: readonly string[]) => void; onCancel: () => void }): JSX.Element {
  const words = useWords();
  const before = untrack(() => props.me.wallets.map((wallet) => wallet.id));
  return (
    <>
      <Bind errand="bind" onBound={() => props.onDone(before)} />
      <button type="button" class="button button-quiet button-edge" onClick={() => props.onCancel()}>
        {words.deed.cancel}
      </button>
    </>
  );
}
