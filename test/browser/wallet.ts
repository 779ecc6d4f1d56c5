import { readFile } from 'node:fs/promises';
import type { BrowserContext } from 'playwright-core';
import { privateKeyToAccount } from 'viem/accounts';

const SCRIPT = new URL('page/wallet.js', import.meta.url);

/** Gives every page of a visit a wallet with this real key, announced as wallet extensions announce theirs. */
export async function giveWallet(context: BrowserContext, privateKey: string): Promise<string> {
  const account = privateKeyToAccount(privateKey as `0x${string}`);
  await context.exposeFunction('testWalletSign', (message: string, address: string) => {
    if (address.toLowerCase() !== account.address.toLowerCase()) throw new Error(`not this wallet: ${address}`);
    return account.signMessage({ message: { raw: message as `0x${string}` } });
  });
  const script = await readFile(SCRIPT, 'utf8');
  await context.addInitScript(`{ const ADDRESS = ${JSON.stringify(account.address)}; ${script} }`);
  return account.address;
}
