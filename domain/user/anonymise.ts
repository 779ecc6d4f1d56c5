import type { LedgerAccountKind } from '../ledger/account.ts';
import type { OrderStatus } from '../order/state.ts';
import type { ReleaseState } from '../allocation/state.ts';

/** What an account still has to do with the site. */
export interface Claims {
  readonly orders: readonly OrderStatus[];
  readonly releases: readonly ReleaseState[];
  /** The person's own accounts of the ledger. */
  readonly accounts: readonly { readonly kind: string; readonly balance: bigint; readonly reserved: bigint }[];
}

/** Orders that are over: no money and no decision is awaited. */
export const CLOSED_ORDERS = ['paid', 'cancelled', 'expired', 'refunded'] as const satisfies readonly OrderStatus[];

/** Releases that are over. */
export const CLOSED_RELEASES = ['confirmed', 'reversed'] as const satisfies readonly ReleaseState[];

/** What is in this account is the person's already; every other balance is owed by one side to the other. */
export const SETTLED_ACCOUNT = 'delivered' satisfies LedgerAccountKind;

/**
 * Whether somebody may be made anonymous: afterwards nobody can prove to be them, so nothing may be open in either
 * direction. No operator can override that: what is owed would be lost for good.
 */
export function hasOpenClaims({ orders, releases, accounts }: Claims): boolean {
  const closedOrders: readonly OrderStatus[] = CLOSED_ORDERS;
  const closedReleases: readonly ReleaseState[] = CLOSED_RELEASES;
  return (
    orders.some((status) => !closedOrders.includes(status)) ||
    releases.some((state) => !closedReleases.includes(state)) ||
    accounts.some(({ kind, balance, reserved }) => reserved !== 0n || (kind !== SETTLED_ACCOUNT && balance !== 0n))
  );
}
