import { createUniqueId, For, Match, Show, Switch, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { shortenAddress } from '../format/address.ts';
import { Address } from '../part/address.tsx';
import { Notice } from '../part/notice.tsx';
import { Skeleton } from '../part/skeleton.tsx';
import { useSession } from '../session/session.tsx';
import { useWords } from '../text/words.tsx';
import { Connect } from '../wallet/connect.tsx';

/** The buyer's wallet that counts unless another is chosen. */
export function mainWallet(me: Me | null | undefined): Me['wallets'][number] | undefined {
  return me?.wallets.find((wallet) => wallet.primary) ?? me?.wallets[0];
}

/** Where the tokens go: a signed-in wallet, a choice of them, or the way to sign in. */
export function Recipient(props: { chosen: string | undefined; onChoose: (walletId: string) => void }): JSX.Element {
  const session = useSession();
  return (
    <Switch fallback={<Skeleton lines={2} />}>
      <Match when={session.refusal()}>
        {(refusal) => <Notice refusal={refusal()} retry={() => session.reload()} />}
      </Match>
      <Match when={session.me() === null}>
        <Connect />
      </Match>
      <Match when={session.me()}>
        {(me) => <Signed me={me()} chosen={props.chosen} onChoose={(id) => props.onChoose(id)} />}
      </Match>
    </Switch>
  );
}

function Signed(props: { me: Me; chosen: string | undefined; onChoose: (walletId: string) => void }): JSX.Element {
  const words = useWords();
  const id = createUniqueId();
  const shown = (): Me['wallets'][number] | undefined =>
    props.me.wallets.find((wallet) => wallet.id === props.chosen) ?? mainWallet(props.me);
  return (
    <div class="recipient">
      <Show when={props.me.wallets.length > 1}>
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
      <Show when={props.me.wallets.length <= 1}>
        <p class="muted small">{words.wallet.receives}</p>
      </Show>
      <Show when={shown()}>{(wallet) => <Address value={wallet().address} />}</Show>
      <Show when={props.me.status !== 'active' && words.account.status[props.me.status]}>
        {(sentence) => <p class="notice">{sentence()}</p>}
      </Show>
    </div>
  );
}
