import { readFile } from 'node:fs/promises';
import type { BrowserContext } from 'playwright-core';
import { privateKeyToAccount } from 'viem/accounts';

const SCRIPT = new URL('page/wallet.js', import.meta.url);

/** The wallet of a visit, in the hands of its owner. */
export interface OwnedWallet {
  /** Of the accounts, in the order of their keys. */
  addresses: string[];
  /** Sets the wallet to another of its accounts; every open page of the visit hears of it. */
  use: (address: string) => Promise<void>;
}

/**
 * Gives every page of a visit a wallet with these real keys, announced as wallet extensions announce theirs, and set
 * to the first of its accounts.
 */
export async function giveWallet(context: BrowserContext, privateKeys: readonly string[]): Promise<OwnedWallet> {
  const accounts = privateKeys.map((key) => privateKeyToAccount(key as `0x${string}`));
  const accountOf = (address: string) => {
    const found = accounts.find((account) => account.address.toLowerCase() === address.toLowerCase());
    if (found === undefined) throw new Error(`not in this wallet: ${address}`);
    return found;
  };
  const [first] = accounts;
  if (first === undefined) throw new TypeError('a wallet needs a key');
  let active = first;
  await context.exposeFunction('testWalletAccount', () => active.address);
  await context.exposeFunction('testWalletSign', (message: string, address: string) =>
    accountOf(address).signMessage({ message: { raw: message as `0x${string}` } }),
  );
  await context.addInitScript(await readFile(SCRIPT, 'utf8'));
  return {
    addresses: accounts.map(({ address }) => address),
    use: async (address) => {
      active = accountOf(address);
      for (const page of context.pages()) await page.evaluate(`dispatchEvent(new Event('test-wallet-changed'))`);
    },
  };
}
