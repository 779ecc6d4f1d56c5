import { LEDGER_ACCOUNTS, TOKEN_ASSET } from './account.ts';
import type { LedgerAccountKind } from './account.ts';

/** One line of a transfer: credit positive, debit negative. */
export interface Posting {
  readonly account: LedgerAccountKind;
  /** The user who owns the account; null for the site's own. */
  readonly ownerId: string | null;
  /** A currency code, with `amount` in minor units, or `token`, with `amount` in base units. */
  readonly asset: string;
  readonly amount: bigint;
}

export type TransferKind =
  | 'payment_settled'
  | 'payment_unapplied'
  | 'unapplied_accepted'
  | 'unapplied_returned'
  | 'refund_succeeded'
  | 'refund_failed'
  | 'dispute_withdrawn'
  | 'dispute_reinstated'
  | 'dispute_lost'
  | 'dispute_surplus'
  | 'dispute_surplus_undone'
  | 'provider_fee'
  | 'provider_fee_returned'
  | 'bank_payout'
  | 'bank_payout_returned'
  | 'tokens_owed'
  | 'tokens_reversed'
  | 'tokens_reversed_sent'
  | 'debt_netted'
  | 'commission_reversed'
  | 'withdrawal_completed'
  | 'commission_accrued'
  | 'commission_ready'
  | 'payout_submitted'
  | 'payout_confirmed'
  | 'payout_failed';

/**
 * What a transfer happened for. A dispute moves money more than once in its life, so each of its changes is an object of
 * its own; `balance_transaction` is our row for a line of the provider's balance that no order explains.
 */
export type ReferenceType =
  | 'order'
  | 'payment'
  | 'refund'
  | 'dispute_change'
  | 'balance_transaction'
  | 'release'
  | 'payout'
  | 'commission_entry'
  | 'withdrawal';

/** Several postings that happen together or not at all. Kind and reference together are unique: no effect is twice. */
export interface Transfer {
  readonly kind: TransferKind;
  readonly reference: { readonly type: ReferenceType; readonly id: string };
  readonly postings: readonly Posting[];
}

/**
 * Lets a transfer through only if it is sound: no empty posting, owners where the account has them, the right kind of
 * asset, and zero in sum for each asset.
 *
 * @throws TypeError otherwise, since only our own code can be wrong here.
 */
export function assertTransfer(transfer: Transfer): Transfer {
  if (transfer.postings.length < 2) throw new TypeError(`${transfer.kind}: a transfer has two sides.`);
  const sums = new Map<string, bigint>();
  for (const { account, ownerId, asset, amount } of transfer.postings) {
    const { owner, holds } = LEDGER_ACCOUNTS[account];
    if (amount === 0n) throw new TypeError(`${transfer.kind}: an empty posting on ${account}.`);
    if ((owner === 'site') !== (ownerId === null)) throw new TypeError(`${transfer.kind}: wrong owner of ${account}.`);
    if ((holds === 'token') !== (asset === TOKEN_ASSET)) {
      throw new TypeError(`${transfer.kind}: wrong asset on ${account}.`);
    }
    sums.set(asset, (sums.get(asset) ?? 0n) + amount);
  }
  for (const [asset, sum] of sums) {
    if (sum !== 0n) throw new TypeError(`${transfer.kind}: ${asset} does not sum to zero.`);
  }
  return transfer;
}

/** One side of a move: an account and who owns it, null for the site's own. */
export interface Side {
  readonly account: LedgerAccountKind;
  readonly ownerId: string | null;
}

/**
 * The transfer of one positive amount from one account to another.
 *
 * @throws TypeError when the amount is not positive, or a side is not what its account asks for.
 */
export function move(
  kind: TransferKind,
  reference: Transfer['reference'],
  value: { readonly debit: Side; readonly credit: Side; readonly asset: string; readonly amount: bigint },
): Transfer {
  const { debit, credit, asset, amount } = value;
  if (amount <= 0n) throw new TypeError(`${kind}: the amount is not positive.`);
  return assertTransfer({
    kind,
    reference,
    postings: [
      { ...debit, asset, amount: -amount },
      { ...credit, asset, amount },
    ],
  });
}

/** The provider holds the buyer's money for the site: receivable → sales. */
export function paymentSettled(of: { orderId: string; currency: string; amountMinor: bigint }): Transfer {
  return move(
    'payment_settled',
    { type: 'order', id: of.orderId },
    {
      debit: { account: 'provider_receivable', ownerId: null },
      credit: { account: 'sales', ownerId: null },
      asset: of.currency,
      amount: of.amountMinor,
    },
  );
}

/** The site owes the buyer the tokens of a paid order: pool → owed. */
export function tokensOwed(of: { orderId: string; buyerId: string; amountBase: bigint }): Transfer {
  return move(
    'tokens_owed',
    { type: 'order', id: of.orderId },
    {
      debit: { account: 'token_pool', ownerId: null },
      credit: { account: 'buyer_owed', ownerId: of.buyerId },
      asset: TOKEN_ASSET,
      amount: of.amountBase,
    },
  );
}

/** One commission entry, in minor units of its currency. */
export interface CommissionMove {
  readonly entryId: string;
  readonly agentId: string;
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** An agent earned, but must wait: expense → held. */
export function commissionAccrued(of: CommissionMove): Transfer {
  return move(
    'commission_accrued',
    { type: 'commission_entry', id: of.entryId },
    {
      debit: { account: 'commission_expense', ownerId: null },
      credit: { account: 'agent_held', ownerId: of.agentId },
      asset: of.currency,
      amount: of.amountMinor,
    },
  );
}

/** The hold of an entry is over: held → available. */
export function commissionReady(of: CommissionMove): Transfer {
  return move(
    'commission_ready',
    { type: 'commission_entry', id: of.entryId },
    {
      debit: { account: 'agent_held', ownerId: of.agentId },
      credit: { account: 'agent_available', ownerId: of.agentId },
      asset: of.currency,
      amount: of.amountMinor,
    },
  );
}

/** One payout, that is one attempt of one release, in base units. */
export interface PayoutMove {
  readonly payoutId: string;
  readonly buyerId: string;
  readonly amountBase: bigint;
}

/** A payout was handed to custody: owed → in flight. */
export function payoutSubmitted(of: PayoutMove): Transfer {
  return payoutMove('payout_submitted', 'buyer_owed', 'in_flight', of);
}

/** A payout arrived on chain: in flight → delivered. */
export function payoutConfirmed(of: PayoutMove): Transfer {
  return payoutMove('payout_confirmed', 'in_flight', 'delivered', of);
}

/** An attempt failed or was blocked, and the tokens never left: in flight → owed. */
export function payoutFailed(of: PayoutMove): Transfer {
  return payoutMove('payout_failed', 'in_flight', 'buyer_owed', of);
}

function payoutMove(kind: TransferKind, from: LedgerAccountKind, to: LedgerAccountKind, of: PayoutMove): Transfer {
  return move(
    kind,
    { type: 'payout', id: of.payoutId },
    {
      debit: { account: from, ownerId: of.buyerId },
      credit: { account: to, ownerId: of.buyerId },
      asset: TOKEN_ASSET,
      amount: of.amountBase,
    },
  );
}
