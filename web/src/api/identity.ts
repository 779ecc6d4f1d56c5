import type { Me } from '../../../worker/me/shape.ts';
import type { Nonce } from '../../../worker/auth/shape.ts';
import type { Page } from './api.ts';
import { send } from './send.ts';

/** A session of this account: a browser somewhere that is signed in. */
export interface OwnSession {
  id: string;
  method: 'wallet' | 'auth0';
  /** The one that asks. */
  current: boolean;
  created_at: string;
  seen_at: string;
  user_agent: string | null;
}

/** A wallet as its owner sees it. */
export type Wallet = Me['wallets'][number];

const own = (path: string, id: string): string => `${path}/${encodeURIComponent(id)}`;

/**
 * What the account itself is made of: ways to sign in, wallets, sessions, its data. Apart from `api`, since only few
 * pages need it. Throws Refusal; `auth.fresh_required` asks for a new proof of who it is.
 */
export const identity = {
  bindNonce: async (address: string) =>
    (await send('POST', '/auth/nonce', { body: { address, purpose: 'bind' } })) as Nonce,
  bind: async (message: string, signature: string) => {
    await send('POST', '/wallets', { body: { message, signature } });
  },
  makePrimary: async (id: string) => {
    await send('POST', `${own('/wallets', id)}/primary`);
  },
  unbind: async (id: string) => {
    await send('DELETE', own('/wallets', id));
  },
  sessions: async () => (await send('GET', '/me/sessions')) as Pick<Page<OwnSession>, 'items'>,
  endSession: async (id: string) => {
    await send('DELETE', own('/me/sessions', id));
  },
  /** Ends all sessions but the one that asks. */
  endOthers: async () => {
    await send('DELETE', '/me/sessions');
  },
  exportData: async () => send('GET', '/me/export'),
  deleteAccount: async () => {
    await send('POST', '/me/anonymise', { body: { confirm: true } });
  },
  /** From now on releases of this allocation go to another of the account's wallets. */
  moveAllocation: async (id: string, walletId: string) => {
    await send('POST', `${own('/allocations', id)}/wallet`, { body: { wallet_id: walletId } });
  },
};
