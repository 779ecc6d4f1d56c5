import { getAddress } from 'ethers';
import { SiweMessage } from 'siwe';
import { DomainError } from '../../domain/error.ts';
import type { Env } from '../env.ts';
import { isSigned } from '../wallet/signature.ts';

/** What a signature is for. `bind` names the account that the wallet is bound to, so that no other can use it. */
export type Purpose = { purpose: 'sign_in' } | { purpose: 'bind'; userId: string };

/** What a challenge binds: every field of the EIP-4361 text that is not the wallet's own. */
export type Challenge = Purpose & {
  address: string;
  host: string;
  origin: string;
  siteName: string;
  chainId: number;
  nonce: string;
  /** Real time, by this Worker's clock: a wallet shows it to its owner. */
  issuedAt: Date;
};

/** How long a challenge may be signed. */
export const CHALLENGE_MINUTES = 5;

const endOf = (issuedAt: Date) => new Date(issuedAt.getTime() + CHALLENGE_MINUTES * 60_000);

/** EIP-4361 allows ASCII without line breaks here; a site's name may hold anything. */
const plain = (text: string) => text.replace(/[^A-Za-z0-9 .,'()-]/g, '').trim();

/**
 * The EIP-4361 text of a challenge. The same challenge always gives the same text; no resources are in it. Written here
 * and not by `siwe`, which parses what it writes: that takes longer than all the rest of a sign-in.
 */
export function challengeText(challenge: Challenge): string {
  const { address, host, origin, chainId, nonce, issuedAt } = challenge;
  const [scheme = 'https'] = origin.split(':');
  return [
    `${scheme}://${host} wants you to sign in with your Ethereum account:`,
    getAddress(address.toLowerCase()),
    '',
    statementOf(challenge),
    '',
    `URI: ${origin}`,
    'Version: 1',
    `Chain ID: ${chainId}`,
    `Nonce: ${nonce}`,
    `Issued At: ${issuedAt.toISOString()}`,
    `Expiration Time: ${endOf(issuedAt).toISOString()}`,
  ].join('\n');
}

function statementOf(challenge: Challenge): string {
  const name = plain(challenge.siteName);
  switch (challenge.purpose) {
    case 'sign_in':
      return name === '' ? 'Sign in with your wallet.' : `Sign in to ${name} with your wallet.`;
    case 'bind': {
      const account = name === '' ? `account ${challenge.userId}` : `account ${challenge.userId} on ${name}`;
      return `Bind this wallet to ${account}. Whoever holds that account can have tokens sent to it.`;
    }
  }
}

/**
 * Reads a signed text strictly: what says which challenge it answers. Nothing else of it is believed.
 *
 * @throws DomainError `auth.message_invalid` for anything that is not a well-formed EIP-4361 message
 */
export function parseMessage(text: string): { nonce: string; address: string } {
  try {
    const { nonce, address } = new SiweMessage(text);
    return { nonce, address };
  } catch {
    // What the parser throws quotes the text: it goes no further than this.
    throw new DomainError('auth.message_invalid');
  }
}

/**
 * Checks that the text is the challenge, letter by letter, still valid by the real clock, and signed by its address.
 *
 * @throws DomainError `auth.message_invalid`, `auth.nonce_invalid` when its time is over, `auth.signature_invalid`,
 *   `wallet.chain_unavailable` (retry)
 */
export async function verifyChallenge(env: Env, text: string, signature: string, challenge: Challenge): Promise<void> {
  if (text !== challengeText(challenge)) throw new DomainError('auth.message_invalid');
  if (new Date() >= endOf(challenge.issuedAt)) throw new DomainError('auth.nonce_invalid');
  const { address, chainId } = challenge;
  if (!(await isSigned(env, { address, chainId, text, signature }))) throw new DomainError('auth.signature_invalid');
}
