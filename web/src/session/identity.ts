import type { Me } from '../../../worker/me/shape.ts';
import { shortenAddress } from '../format/address.ts';

/** A wallet bound to the account. */
export type OwnWallet = Me['wallets'][number];

/** The wallet that counts unless another is chosen. */
export function mainWallet(me: Me | null | undefined): OwnWallet | undefined {
  return me?.wallets.find((wallet) => wallet.primary) ?? me?.wallets[0];
}

/** True when `address`, in whatever case, is one of the account's wallets. */
export function ownsAddress(me: Me, address: string): boolean {
  return me.wallets.some((wallet) => wallet.address.toLowerCase() === address.toLowerCase());
}

/** What an account is called on the page: its e-mail address, else its main wallet by its ends. */
export function nameOf(me: Me): string {
  return me.email ?? shortenAddress(mainWallet(me)?.address ?? '');
}
