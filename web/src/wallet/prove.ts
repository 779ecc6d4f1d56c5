import type { WalletProvider } from './discover.ts';

/** Why a wallet did not sign: its owner said no, it did not answer as a wallet should, or it is set to another account. */
export type WalletReason = 'declined' | 'failed' | 'other';

/** A wallet that did not sign. `account` is the one it is set to, when that is the trouble. */
export class WalletError extends Error {
  readonly reason: WalletReason;
  readonly account: string | undefined;

  constructor(reason: WalletReason, options: { cause?: unknown; account?: string } = {}) {
    super(`wallet ${reason}`, { cause: options.cause });
    this.name = 'WalletError';
    this.reason = reason;
    this.account = options.account;
  }
}

/** EIP-1193: the owner refused. */
const USER_REJECTED = 4001;

async function ask(provider: WalletProvider, method: string, params: unknown[]): Promise<unknown> {
  try {
    return await provider.request({ method, params });
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
    throw new WalletError(code === USER_REJECTED ? 'declined' : 'failed', { cause: error });
  }
}

/** `personal_sign` takes the message as hex of its UTF-8 bytes; some wallets misread plain text that looks like hex. */
export function hexOf(message: string): string {
  const bytes = Array.from(new TextEncoder().encode(message), (byte) => byte.toString(16).padStart(2, '0'));
  return `0x${bytes.join('')}`;
}

/** The first account of an answer to `eth_accounts` and its like. */
export function firstAccount(answer: unknown): string | undefined {
  const first: unknown = Array.isArray(answer) ? answer[0] : undefined;
  return typeof first === 'string' ? first : undefined;
}

async function accountOf(provider: WalletProvider): Promise<string> {
  const account = firstAccount(await ask(provider, 'eth_requestAccounts', []));
  if (account === undefined) throw new WalletError('failed', { cause: new TypeError('no account') });
  return account;
}

/** EIP-2255: opens the wallet's own choice of accounts. A wallet that does not know it keeps the one it is set to. */
async function letChoose(provider: WalletProvider): Promise<void> {
  try {
    await ask(provider, 'wallet_requestPermissions', [{ eth_accounts: {} }]);
  } catch (error) {
    if (error instanceof WalletError && error.reason === 'declined') throw error;
  }
}

/** How a proof is asked for: which account may sign, and what it signs. */
export interface ProofOptions {
  /** False for an account that must not sign here; the owner is asked once for another. */
  mayUse?: (account: string) => boolean;
  challenge: (account: string) => Promise<{ message: string }>;
}

/** A challenge, signed as it stands. */
export interface Proof {
  message: string;
  signature: string;
}

/**
 * Has the wallet's account sign a fresh challenge of the API: never one that `mayUse` refuses, whatever the wallet is
 * set to. Throws WalletError, or Refusal of the challenge.
 */
export async function prove(provider: WalletProvider, options: ProofOptions): Promise<Proof> {
  const mayUse = options.mayUse ?? (() => true);
  let account = await accountOf(provider);
  if (!mayUse(account)) {
    await letChoose(provider);
    account = await accountOf(provider);
  }
  if (!mayUse(account)) throw new WalletError('other', { account });
  const { message } = await options.challenge(account);
  const signature = await ask(provider, 'personal_sign', [hexOf(message), account]);
  if (typeof signature !== 'string') throw new WalletError('failed', { cause: new TypeError('no signature') });
  return { message, signature };
}
