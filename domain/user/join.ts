import { DomainError } from '../error.ts';

/** The account that asks for another way in. */
export interface JoiningAccount {
  readonly id: string;
  readonly status: 'active' | 'restricted' | 'suspended';
}

/** The account to which the wallet or the identity belongs so far. */
export interface HoldingAccount {
  readonly id: string;
  readonly status: 'active' | 'restricted' | 'suspended';
  readonly orders: number;
  readonly allocations: number;
  /** Whom its referral code brought. */
  readonly referred: number;
  readonly commissions: number;
  /** Appointed, or suspended, as an agent. */
  readonly isAgent: boolean;
  /** How many ways in it has beside the one that is asked for: bound wallets, an Auth0 identity. */
  readonly otherWays: number;
}

/**
 * What becomes of a way in (a wallet, an Auth0 identity) whose holder proved to hold this account too:
 *
 * - `add`: nobody has it, so the account gets it
 * - `keep`: the account has it already
 * - `move`: it leaves an account that holds nothing, which is closed
 */
export type Joining = { readonly outcome: 'add' | 'keep' } | { readonly outcome: 'move'; readonly from: string };

/**
 * Decides whether an account may take a way in. Both are proved by then; what is decided here is only whether anything
 * would be lost or escaped: an account with orders, tokens, customers or another way in is never closed by the way, and
 * neither is one that an operator has restricted or suspended.
 *
 * @param holder null when nobody has it
 * @param taken the refusal when the holder's account may not be closed
 * @throws DomainError `taken`, `user.suspended` (who may only read changes no way in)
 */
export function decideJoin(
  account: JoiningAccount,
  holder: HoldingAccount | null,
  taken: 'auth.identity_taken' | 'wallet.taken',
): Joining {
  if (account.status === 'suspended') throw new DomainError('user.suspended');
  if (holder === null) return { outcome: 'add' };
  if (holder.id === account.id) return { outcome: 'keep' };
  if (!isEmpty(holder)) throw new DomainError(taken);
  return { outcome: 'move', from: holder.id };
}

const isEmpty = ({ status, orders, allocations, referred, commissions, isAgent, otherWays }: HoldingAccount) =>
  status === 'active' && !isAgent && orders + allocations + referred + commissions + otherWays === 0;
