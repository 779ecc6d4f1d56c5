import { createEffect, createSignal, onCleanup, Show, type JSX } from 'solid-js';
import type { Me } from '../../../worker/me/shape.ts';
import { shortenAddress } from '../format/address.ts';
import { useWords } from '../text/words.tsx';
import { watchAccount, type Active } from '../wallet/active-account.ts';
import { recallWallet } from '../wallet/last-used.ts';
import { nameOf, ownsAddress } from './identity.ts';
import { SwitchOffer } from './switch-offer.tsx';

/**
 * Says so when the wallet that was used here is set to an address that is not the account's: who is signed in stays so
 * until the visitor chooses.
 */
export function AccountChange(props: { me: Me }): JSX.Element {
  const words = useWords();
  const [active, setActive] = createSignal<Active>();
  const [stays, setStays] = createSignal<string>();
  createEffect(() => {
    const product = recallWallet(localStorage);
    if (product !== undefined) onCleanup(watchAccount(product, setActive));
  });
  const stranger = (): Active | undefined => {
    const now = active();
    return now === undefined || ownsAddress(props.me, now.account) || now.account === stays() ? undefined : now;
  };
  return (
    <Show when={stranger()}>
      {(now) => (
        <SwitchOffer
          wallet={now().wallet}
          account={now().account}
          says={words.change.says(shortenAddress(now().account), nameOf(props.me))}
          onStay={() => setStays(now().account)}
        />
      )}
    </Show>
  );
}
