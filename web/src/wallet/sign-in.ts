import type { Me } from '../../../worker/me/shape.ts';
import { api } from '../api/api.ts';
import type { Wallet } from './discover.ts';
import { rememberWallet } from './last-used.ts';
import { prove } from './prove.ts';

/**
 * Signs in with a wallet. `signed` hears when the signature is there and only the server is waited for; `mayUse` keeps
 * an account from signing. Throws WalletError or Refusal.
 */
export async function signIn(wallet: Wallet, signed: () => void, mayUse?: (account: string) => boolean): Promise<Me> {
  const proof = await prove(wallet.provider, { challenge: (account) => api.nonce(account), ...(mayUse && { mayUse }) });
  signed();
  const me = await api.signIn(proof.message, proof.signature);
  rememberWallet(wallet.product, localStorage);
  return me;
}
