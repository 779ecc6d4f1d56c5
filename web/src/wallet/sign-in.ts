import type { Me } from '../../../worker/me/shape.ts';
import { api } from '../api/api.ts';
import type { WalletProvider } from './discover.ts';

/** Why a wallet did not sign: its owner said no, or it did not answer as a wallet should. */
export class WalletError extends Error {
  readonly reason: 'declined' | 'failed';

  constructor(reason: 'declined' | 'failed', cause: unknown) {
    super(`wallet ${reason}`, { cause });
    this.name = 'WalletError';
    this.reason = reason;
  }
}

/** EIP-1193: the owner refused. */
const USER_REJECTED = 4001;

async function ask(provider: WalletProvider, method: string, params: unknown[]): Promise<unknown> {
  try {
    return await provider.request({ method, params });
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    throw new WalletError(code === USER_REJECTED ? 'declined' : 'failed', error);
  }
}

/** `personal_sign` takes the message as hex of its UTF-8 bytes; some wallets misread plain text that looks like hex. */
export function hexOf(message: string): string {
  const bytes = Array.from(new TextEncoder().encode(message), (byte) => byte.toString(16).padStart(2, '0'));
  return `0x${bytes.join('')}`;
}

/**
 * Signs in with a wallet: its first account signs the server's message as it stands, and the server answers with the
 * user. `step` hears when the signature is there and only the server is waited for. Throws WalletError or Refusal.
 */
export async function signIn(provider: WalletProvider, step: (step: 'checking') => void): Promise<Me> {
  const accounts = await ask(provider, 'eth_requestAccounts', []);
  const account: unknown = Array.isArray(accounts) ? accounts[0] : undefined;
  if (typeof account !== 'string') throw new WalletError('failed', new TypeError('no account'));
  const { message } = await api.nonce(account);
  const signature = await ask(provider, 'personal_sign', [hexOf(message), account]);
  if (typeof signature !== 'string') throw new WalletError('failed', new TypeError('no signature'));
  step('checking');
  return api.signIn(message, signature);
}
