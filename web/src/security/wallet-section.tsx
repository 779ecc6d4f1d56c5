import { For, Show, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { shortenAddress } from '../format/address.ts';
import { Address } from '../part/address.tsx';
import type { OwnWallet } from '../session/identity.ts';
import type { SecurityText } from '../text/en-security.ts';
import { useWords } from '../text/words.tsx';
import { Bind } from '../wallet/bind.tsx';

interface WalletSectionProps {
  me: Me;
  text: SecurityText['wallets'];
  isAdding: boolean;
  onErrand: (errand: string | undefined) => void;
  onSaid: (sentence: string) => void;
}

/** The account's wallets: which one is suggested, and adding and removing them. */
export function WalletSection(props: WalletSectionProps): JSX.Element {
  const words = useWords();
  const isEmpty = (): boolean => props.me.wallets.length === 0;
  const bound = (): void => {
    props.onErrand(undefined);
    props.onSaid(props.text.added);
  };
  return (
    <section class="card" aria-labelledby="wallets">
      <h2 id="wallets">{props.text.title}</h2>
      <p class="muted small">{isEmpty() ? props.text.none : props.text.note}</p>
      <ul class="rows">
        <For each={props.me.wallets}>
          {(wallet) => (
            <WalletRow
              wallet={wallet}
              isLastWay={props.me.wallets.length === 1 && props.me.email === null}
              text={props.text}
              onErrand={(errand) => props.onErrand(errand)}
            />
          )}
        </For>
      </ul>
      <Show
        when={props.isAdding}
        fallback={
          <button type="button" class="button button-second" onClick={() => props.onErrand('bind')}>
            {isEmpty() ? props.text.addFirst : props.text.add}
          </button>
        }
      >
        <Bind errand="bind" onBound={bound} />
        <button type="button" class="button button-quiet button-edge" onClick={() => props.onErrand(undefined)}>
          {words.deed.cancel}
        </button>
      </Show>
    </section>
  );
}

function WalletRow(props: {
  wallet: OwnWallet;
  /** Without it nobody could sign in any more: it stays. */
  isLastWay: boolean;
  text: SecurityText['wallets'];
  onErrand: (errand: string) => void;
}): JSX.Element {
  const short = (): string => shortenAddress(props.wallet.address);
  return (
    <li class="item">
      <p class="named">
        <Address value={props.wallet.address} />
        <Show when={props.wallet.primary}>
          <span class="chip chip-live">{props.text.primary}</span>
        </Show>
      </p>
      <p class="item-ways">
        <Show when={!props.wallet.primary}>
          <button
            type="button"
            class="button button-quiet"
            aria-label={props.text.makePrimaryOf(short())}
            onClick={() => props.onErrand(`primary:${props.wallet.id}`)}
          >
            {props.text.makePrimary}
          </button>
        </Show>
        <Show when={!props.isLastWay}>
          <button
            type="button"
            class="button button-quiet"
            aria-label={props.text.unbindOf(short())}
            onClick={() => props.onErrand(`unbind:${props.wallet.id}`)}
          >
            {props.text.unbind}
          </button>
        </Show>
      </p>
    </li>
  );
}
