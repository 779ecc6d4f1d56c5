import { createSignal, For, onCleanup, onMount, Show, type JSX } from 'solid-js';
import { asRefusal, type Refusal } from '../api/refusal.ts';
import { Notice } from '../part/notice.tsx';
import { useSession } from '../session/session.tsx';
import { useWords } from '../text/words.tsx';
import { discoverWallets, type Wallet } from './discover.ts';
import { signIn, WalletError } from './sign-in.ts';

/** Extensions announce themselves within a few milliseconds; after this long there is none. */
const SEARCH_MS = 400;

/**
 * Lists this browser's wallets and signs in with the chosen one; the session then knows who it is. `why` replaces the
 * words that tell a buyer what for.
 */
export function Connect(props: { why?: string }): JSX.Element {
  const words = useWords();
  const session = useSession();
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

  const choose = async (wallet: Wallet): Promise<void> => {
    if (busy()) return;
    setBusy({ id: wallet.id, step: 'asking' });
    setSaid('');
    setRefusal(undefined);
    try {
      session.enter(await signIn(wallet.provider, (step) => setBusy({ id: wallet.id, step })));
    } catch (error) {
      if (error instanceof WalletError) setSaid(words.wallet[error.reason]);
      else setRefusal(asRefusal(error));
    } finally {
      setBusy(undefined);
    }
  };
  const status = (): string => {
    const step = busy()?.step;
    return step === undefined ? said() : words.wallet[step];
  };

  return (
    <div class="connect">
      <p class="muted">{props.why ?? words.wallet.why}</p>
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
                  {words.wallet.connect(wallet.name)}
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
