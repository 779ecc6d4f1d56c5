import { getAddress } from 'ethers';
import { SiweMessage } from 'siwe';
import { DomainError } from '../../domain/error.ts';

/** What a challenge binds: every field of the EIP-4361 text that is not the wallet's own. */
export interface Challenge {
  address: string;
  host: string;
  origin: string;
  siteName: string;
  chainId: number;
  nonce: string;
  /** Real time, by this Worker's clock: a wallet shows it to its owner. */
  issuedAt: Date;
}

/** How long a challenge may be signed. */
export const CHALLENGE_MINUTES = 5;

/** EIP-4361 allows ASCII without line breaks here; a site's name may hold anything. */
const plain = (text: string) => text.replace(/[^A-Za-z0-9 .,'()-]/g, '').trim();

/** The EIP-4361 text of a challenge. The same challenge always gives the same text. */
export function challengeText({ address, host, origin, siteName, chainId, nonce, issuedAt }: Challenge): string {
  const name = plain(siteName);
  return new SiweMessage({
    scheme: origin.split(':')[0] ?? 'https',
    domain: host,
    address: getAddress(address.toLowerCase()),
    statement: name === '' ? 'Sign in with your wallet.' : `Sign in to ${name} with your wallet.`,
    uri: origin,
    version: '1',
    chainId,
    nonce,
    issuedAt: issuedAt.toISOString(),
    expirationTime: new Date(issuedAt.getTime() + CHALLENGE_MINUTES * 60_000).toISOString(),
  }).prepareMessage();
}

/**
 * Reads a signed text strictly.
 *
 * @throws DomainError `auth.message_invalid` for anything that is not a well-formed EIP-4361 message
 */
export function parseMessage(text: string): SiweMessage {
  try {
    return new SiweMessage(text);
  } catch (error) {
    throw new DomainError('auth.message_invalid', { cause: error });
  }
}

/**
 * Checks that the text is the challenge, letter by letter, still valid, and signed by its address.
 *
 * @throws DomainError `auth.message_invalid`, `auth.signature_invalid`
 */
export async function verifyChallenge(text: string, signature: string, challenge: Challenge): Promise<void> {
  if (text !== challengeText(challenge)) throw new DomainError('auth.message_invalid');
  const { success } = await parseMessage(text).verify(
    { signature, domain: challenge.host, nonce: challenge.nonce, time: new Date().toISOString() },
    { suppressExceptions: true },
  );
  if (!success) throw new DomainError('auth.signature_invalid');
}
