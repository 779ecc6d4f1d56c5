import { createSignal, Match, Switch, type JSX } from 'solid-js';
import { identity } from '../api/identity.ts';
import { ownsAddress } from '../session/identity.ts';
import { useSession } from '../session/session.tsx';
import { SwitchOffer } from '../session/switch-offer.tsx';
import { Fresh } from '../sign-in/fresh.tsx';
import { useWords } from '../text/words.tsx';
import type { Wallet } from './discover.ts';
import { rememberWallet } from './last-used.ts';
import { prove } from './prove.ts';
import { WalletList } from './wallet-list.tsx';

/**
 * Binds one more wallet to the account by its signature. A wallet of another account is not taken from it: the way
 * there is offered instead. `errand` is how the page comes back here after an e-mail sign-in.
 */
export function Bind(props: { errand: string; onBound?: () => void }): JSX.Element {
  const words = useWords();
  const session = useSession();
  const [needsFresh, setNeedsFresh] = createSignal(false);
  const [taken, setTaken] = createSignal<Wallet>();
  const bind = async (wallet: Wallet, signed: () => void): Promise<void> => {
    const me = session.me();
    if (!me) return;
    const proof = await prove(wallet.provider, {
      challenge: (account) => identity.bindNonce(account),
      mayUse: (account) => !ownsAddress(me, account),
    });
    signed();
    await identity.bind(proof.message, proof.signature);
    rememberWallet(wallet.product, localStorage);
    await session.reload();
    props.onBound?.();
  };
  return (
    <Switch
      fallback={
        <div class="connect">
          <p class="muted">{words.bind.why}</p>
          <WalletList
            label={words.bind.connect}
            other={words.bind.already}
            act={bind}
            onRefusal={({ fault }, wallet) => {
              setNeedsFresh(fault.code === 'auth.fresh_required');
              setTaken(fault.code === 'wallet.taken' ? wallet : undefined);
              return needsFresh() || taken() !== undefined;
            }}
          />
        </div>
      }
    >
      <Match when={needsFresh()}>
        <p role="status">
          <strong>{words.fresh.title}</strong>
        </p>
        <Fresh errand={props.errand} onFresh={() => setNeedsFresh(false)} />
      </Match>
      <Match when={taken()}>
        {(wallet) => <SwitchOffer wallet={wallet()} says={words.bind.taken} onStay={() => setTaken(undefined)} />}
      </Match>
    </Switch>
  );
}
