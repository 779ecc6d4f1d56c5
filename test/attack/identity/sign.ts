import { generatePrivateKey, privateKeyToAccount, type PrivateKeyAccount } from 'viem/accounts';
import { ApiVisitor } from '../../../dev/client/visitor.ts';
import type { Nonce } from '../../../worker/auth/shape.ts';
import { ask, type AskOptions } from '../ask.ts';
import type { WireRequest } from '../wire.ts';

/** A challenge as a wallet in a browser gets it: what to sign, and the cookie that ties it to the browser. */
export interface Challenged {
  account: PrivateKeyAccount;
  message: string;
  nonce: string;
  cookie: string;
}

/** Asks a host for a challenge, by a wallet that nobody has used unless one is given. */
export async function challenged(origin: string, account = newAccount()): Promise<Challenged> {
  const browser = new ApiVisitor(origin);
  const { status, body } = await browser.post<Nonce>('/auth/nonce', { address: account.address });
  if (status !== 200) throw new Error(`/auth/nonce answered ${status}: ${JSON.stringify(body)}`);
  return { account, message: body.message, nonce: body.nonce, cookie: browser.cookie };
}

export const newAccount = (): PrivateKeyAccount => privateKeyToAccount(generatePrivateKey());

/** The sign-in with a challenge, honestly signed but for what is given instead. */
export async function signInWith(
  origin: string,
  { account, message, cookie }: Challenged,
  instead: { message?: string; signature?: unknown; cookie?: string | null } & Pick<AskOptions, 'headers'> = {},
): Promise<WireRequest> {
  const text = instead.message ?? message;
  const signature = instead.signature ?? (await account.signMessage({ message: text }));
  const sent = instead.cookie === undefined ? cookie : instead.cookie;
  return ask('POST', origin, '/auth/wallet', {
    body: { message: text, signature },
    ...(sent === null ? {} : { cookie: sent }),
    headers: instead.headers ?? [],
  });
}
