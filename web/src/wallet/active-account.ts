import { discoverWallets, type Wallet } from './discover.ts';
import { firstAccount } from './prove.ts';

/** A wallet and the account it would sign with now. */
export interface Active {
  wallet: Wallet;
  account: string;
}

/**
 * Tells which account the wallet of this product is set to, now and whenever its owner changes that. It is only asked
 * what it already shows to this site, so no window of it opens. Answers with a function that stops watching.
 */
export function watchAccount(product: string, found: (active: Active) => void): () => void {
  const leaves: (() => void)[] = [];
  const watch = (wallet: Wallet): void => {
    const tell = (answer: unknown): void => {
      const account = firstAccount(answer);
      if (account !== undefined) found({ wallet, account });
    };
    wallet.provider.on?.('accountsChanged', tell);
    leaves.push(() => wallet.provider.removeListener?.('accountsChanged', tell));
    // A locked wallet refuses or names none: then there is nothing to tell.
    void wallet.provider.request({ method: 'eth_accounts' }).then(tell, () => undefined);
  };
  const seen = new Set<string>();
  leaves.push(
    discoverWallets((wallet) => {
      if (wallet.product !== product || seen.has(wallet.id)) return;
      seen.add(wallet.id);
      watch(wallet);
    }),
  );
  return () => leaves.forEach((leave) => leave());
}
