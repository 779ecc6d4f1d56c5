import { createSignal, type JSX } from 'solid-js';
import { asRefusal, type Refusal } from '../api/refusal.ts';
import { shortenAddress } from '../format/address.ts';
import { Notice } from '../part/notice.tsx';
import { useWords } from '../text/words.tsx';
import type { Wallet } from '../wallet/discover.ts';
import { WalletError } from '../wallet/prove.ts';
import { signIn } from '../wallet/sign-in.ts';
import { useSession } from './session.tsx';

interface SwitchOfferProps {
  wallet: Wallet;
  /** The account it is set to, where that is known. */
  account?: string;
  /** What happened, in one or two sentences. */
  says: string;
  onStay: () => void;
}

/** Offers to sign in as who the wallet is set to. Until that is pressed, everything stays with who is signed in. */
export function SwitchOffer(props: SwitchOfferProps): JSX.Element {
  const words = useWords();
  const session = useSession();
  const [isBusy, setBusy] = createSignal(false);
  const [said, setSaid] = createSignal('');
  const [refusal, setRefusal] = createSignal<Refusal>();
  const change = async (): Promise<void> => {
    if (isBusy()) return;
    setBusy(true);
    setRefusal(undefined);
    setSaid(words.wallet.asking);
    try {
      session.enter(await signIn(props.wallet, () => setSaid(words.wallet.checking)));
    } catch (error) {
      setSaid(error instanceof WalletError && error.reason !== 'other' ? words.wallet[error.reason] : '');
      if (!(error instanceof WalletError)) setRefusal(asRefusal(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <div class="notice switch" role="status">
      <p>{props.says}</p>
      <p class="switch-ways">
        <button
          type="button"
          class="button button-second button-inline"
          aria-busy={isBusy() ? 'true' : undefined}
          onClick={() => void change()}
        >
          {props.account === undefined ? words.change.change : words.change.changeTo(shortenAddress(props.account))}
        </button>
        <button type="button" class="button button-quiet" onClick={() => props.onStay()}>
          {words.change.stay}
        </button>
      </p>
      <p class="small status">{said()}</p>
      <Notice refusal={refusal()} />
    </div>
  );
}
