import { createSignal, For, onCleanup, onMount, Show, type JSX } from 'solid-js';
import { asRefusal, type Refusal } from '../api/refusal.ts';
import { shortenAddress } from '../format/address.ts';
import { Notice } from '../part/notice.tsx';
import { useWords } from '../text/words.tsx';
import { discoverWallets, type Wallet } from './discover.ts';
import { WalletError } from './prove.ts';

/** Extensions announce themselves within a few milliseconds; after this long there is none. */
const SEARCH_MS = 400;

interface WalletListProps {
  /** What a wallet's button says, with its name. */
  label: (name: string) => string;
  /** Works with the chosen wallet; calls `signed` once it has signed and only the server is waited for. */
  act: (wallet: Wallet, signed: () => void) => Promise<void>;
  /** What to say when the wallet is set to an account that may not act here. */
  other?: ((account: string) => string) | undefined;
  /** Gives another way out of a refusal; true when it did, and nothing is left to say. */
  onRefusal?: (refusal: Refusal, wallet: Wallet) => boolean;
}

/** This browser's wallets, one button each. Every step, and every way it can fail, is told below them. */
export function WalletList(props: WalletListProps): JSX.Element {
  const words = useWords();
  const [wallets, setWallets] = createSignal<Wallet[]>([]);
  const [isSearching, setSearching] = createSignal(true);
  const [busy, setBusy] = createSignal<{ id: string; step: 'asking' | 'checking' }>();
  const [said, setSaid] = createSignal('');
  const [refusal, setRefusal] = createSignal<Refusal>();

  let stop = (): void => undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const search = (): void => {
    stop();
    clearTimeout(timer);
    setSearching(true);
    stop = discoverWallets((wallet) => {
      setWallets((known) => [...known.filter((other) => other.id !== wallet.id), wallet]);
    });
    timer = setTimeout(() => setSearching(false), SEARCH_MS);
  };
  onMount(search);
  onCleanup(() => {
    stop();
    clearTimeout(timer);
  });

  const tell = (error: unknown, wallet: Wallet): void => {
    if (error instanceof WalletError) {
      const { reason, account = '' } = error;
      setSaid(
        reason === 'other' ? (props.other?.(shortenAddress(account)) ?? words.wallet.failed) : words.wallet[reason],
      );
      return;
    }
    const refused = asRefusal(error);
    if (props.onRefusal?.(refused, wallet) !== true) setRefusal(refused);
  };
  const choose = async (wallet: Wallet): Promise<void> => {
    if (busy()) return;
    setBusy({ id: wallet.id, step: 'asking' });
    setSaid('');
    setRefusal(undefined);
    try {
      await props.act(wallet, () => setBusy({ id: wallet.id, step: 'checking' }));
    } catch (error) {
      tell(error, wallet);
    } finally {
      setBusy(undefined);
    }
  };
  const status = (): string => {
    const step = busy()?.step;
    return step === undefined ? said() : words.wallet[step];
  };

  return (
    <div class="wallet-list">
      <Show when={wallets().length > 0} fallback={<NoWallet isSearching={isSearching()} again={search} />}>
        <ul class="wallets" aria-label={words.wallet.choose}>
          <For each={wallets()}>
            {(wallet) => (
              <li>
                <button
                  type="button"
                  class="button button-wallet"
                  aria-disabled={busy() ? 'true' : undefined}
                  aria-busy={busy()?.id === wallet.id ? 'true' : undefined}
                  onClick={() => void choose(wallet)}
                >
                  <Show when={wallet.icon} fallback={<span class="wallet-blank" aria-hidden="true" />}>
                    {(icon) => <img src={icon()} alt="" width="24" height="24" />}
                  </Show>
                  {props.label(wallet.name)}
                  <Show when={busy()?.id === wallet.id}>
                    <span class="spinner" aria-hidden="true" />
                  </Show>
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <p class="small status" role="status">
        {status()}
      </p>
      <Notice refusal={refusal()} />
    </div>
  );
}

/** Clear words for a browser without a wallet. */
function NoWallet(props: { isSearching: boolean; again: () => void }): JSX.Element {
  const words = useWords();
  return (
    <Show when={!props.isSearching} fallback={<span class="skeleton-line skeleton-button" aria-hidden="true" />}>
      <div class="notice">
        <p>
          <strong>{words.wallet.none}</strong> {words.wallet.noneHelp}
        </p>
        <button type="button" class="button button-quiet" onClick={() => props.again()}>
          {words.wallet.again}
        </button>
      </div>
    </Show>
  );
}
