import { Show, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { nameOf, ownsAddress } from '../session/identity.ts';
import { useSession } from '../session/session.tsx';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';
import type { Wallet } from '../wallet/discover.ts';
import { signIn } from '../wallet/sign-in.ts';
import { WalletList } from '../wallet/wallet-list.tsx';
import { EmailLink } from './email-link.tsx';
import { keepErrand } from './errand.ts';

interface FreshProps {
  /** What to go on with after the e-mail sign-in, which leaves the page: see {@link keepErrand}. */
  errand: string;
  /** Called once a wallet has proved it in place. */
  onFresh: () => unknown;
}

/** Asks who is signed in to prove it once more, by e-mail or by a wallet of this very account, and no other. */
export function Fresh(props: FreshProps): JSX.Element {
  const { site } = useSite();
  const words = useWords();
  const session = useSession();
  const prove = async (me: Me, wallet: Wallet, signed: () => void): Promise<void> => {
    session.enter(await signIn(wallet, signed, (account) => ownsAddress(me, account)));
    await props.onFresh();
  };
  return (
    <Show when={session.me()}>
      {(me) => (
        <div class="connect">
          <p class="muted">{words.fresh.why}</p>
          <Show when={me().email !== null && site.sign_in.includes('email')}>
            <EmailLink
              errand="fresh"
              onLeave={() => keepErrand({ me: me().id, errand: props.errand }, sessionStorage)}
            />
          </Show>
          <Show when={me().wallets.length > 0}>
            <WalletList
              label={words.fresh.wallet}
              other={(account) => words.fresh.other(account, nameOf(me()))}
              act={(wallet, signed) => prove(me(), wallet, signed)}
            />
          </Show>
        </div>
      )}
    </Show>
  );
}
