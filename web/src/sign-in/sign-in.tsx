import { Show, type JSX } from 'solid-js';
import { useSession } from '../session/session.tsx';
import { useSite } from '../site/site-view.tsx';
import { useWords } from '../text/words.tsx';
import type { Wallet } from '../wallet/discover.ts';
import { signIn } from '../wallet/sign-in.ts';
import { WalletList } from '../wallet/wallet-list.tsx';
import { EmailLink } from './email-link.tsx';

/** The one panel by which people come in, wherever a page needs to know them. `why` says what for. */
export function SignIn(props: { why?: string }): JSX.Element {
  const { site } = useSite();
  const words = useWords();
  const session = useSession();
  const offers = (method: 'email' | 'wallet'): boolean => site.sign_in.includes(method);
  const enter = async (wallet: Wallet, signed: () => void): Promise<void> => {
    session.enter(await signIn(wallet, signed));
  };
  return (
    <div class="connect">
      <Show when={session.hasEnded()}>
        <p class="notice" role="status">
          {words.signIn.ended}
        </p>
      </Show>
      <p class="muted">{props.why ?? words.signIn.why}</p>
      <Show when={offers('email')}>
        <EmailLink />
      </Show>
      <Show when={offers('email') && offers('wallet')}>
        <p class="or small muted">{words.signIn.or}</p>
      </Show>
      <Show when={offers('wallet')}>
        <WalletList label={words.wallet.connect} act={enter} />
        <p class="small muted">{words.signIn.signing}</p>
      </Show>
    </div>
  );
}
