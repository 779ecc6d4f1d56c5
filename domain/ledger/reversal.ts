import { TOKEN_ASSET } from './account.ts';
import { move } from './transfer.ts';
import type { ReferenceType, Transfer } from './transfer.ts';

/** What took money back, and with it tokens: a refund, or one change of a dispute. */
export interface ReversalCause {
  readonly type: Extract<ReferenceType, 'refund' | 'dispute_change'>;
  readonly id: string;
}

interface TokenMove {
  readonly buyerId: string;
  readonly amountBase: bigint;
}

/** Tokens that had not been sent return to the site: owed → pool. */
export function tokensReversed(of: TokenMove & { cause: ReversalCause }): Transfer {
  return tokens('tokens_reversed', of.cause, ['buyer_owed', of.buyerId], ['token_pool', null], of);
}

/** Tokens that had been sent are the buyer's debt now: debt → pool. */
export function tokensReversedSent(of: TokenMove & { cause: ReversalCause }): Transfer {
  return tokens('tokens_reversed_sent', of.cause, ['buyer_debt', of.buyerId], ['token_pool', null], of);
}

/**
 * A debt is settled by not sending as much: owed → debt. It happens for the payout that is smaller for it, or for the
 * release that is not sent at all.
 */
export function debtNetted(of: TokenMove & { cause: { type: 'payout' | 'release'; id: string } }): Transfer {
  return tokens('debt_netted', of.cause, ['buyer_owed', of.buyerId], ['buyer_debt', of.buyerId], of);
}

/**
 * An agent loses what a reversed sale had earned: held, or available once the hold is over, → expense. The balance may
 * go below zero; later earnings net it.
 *
 * @param of.entryId the reversing entry, not the one it reverses.
 */
export function commissionReversed(of: {
  entryId: string;
  agentId: string;
  currency: string;
  amountMinor: bigint;
  from: 'held' | 'available';
}): Transfer {
  return move(
    'commission_reversed',
    { type: 'commission_entry', id: of.entryId },
    {
      debit: { account: of.from === 'held' ? 'agent_held' : 'agent_available', ownerId: of.agentId },
      credit: { account: 'commission_expense', ownerId: null },
      asset: of.currency,
      amount: of.amountMinor,
    },
  );
}

/** An agent was paid: available → cash out. */
export function withdrawalCompleted(of: {
  withdrawalId: string;
  agentId: string;
  currency: string;
  amountMinor: bigint;
}): Transfer {
  return move(
    'withdrawal_completed',
    { type: 'withdrawal', id: of.withdrawalId },
    {
      debit: { account: 'agent_available', ownerId: of.agentId },
      credit: { account: 'cash_out', ownerId: null },
      asset: of.currency,
      amount: of.amountMinor,
    },
  );
}

type TokenAccount = readonly [account: 'buyer_owed' | 'buyer_debt' | 'token_pool', ownerId: string | null];

function tokens(
  kind: Transfer['kind'],
  reference: Transfer['reference'],
  debit: TokenAccount,
  credit: TokenAccount,
  of: TokenMove,
): Transfer {
  return move(kind, reference, {
    debit: { account: debit[0], ownerId: debit[1] },
    credit: { account: credit[0], ownerId: credit[1] },
    asset: TOKEN_ASSET,
    amount: of.amountBase,
  });
}
