import { reverseTokens } from '../allocation/reverse.ts';
import type { ReversibleRelease, TakenRelease } from '../allocation/reverse.ts';
import { reverseCommissions } from '../commission/reverse.ts';
import type { AccruedCommission, CommissionReversal } from '../commission/reverse.ts';
import { commissionReversed, tokensReversed, tokensReversedSent } from '../ledger/reversal.ts';
import type { ReversalCause } from '../ledger/reversal.ts';
import type { Transfer } from '../ledger/transfer.ts';
import { goneOf } from './share.ts';
import type { OrderStatus } from './state.ts';

export interface ReversalInput {
  readonly order: {
    readonly status: OrderStatus;
    readonly userId: string;
    readonly currency: string;
  };
  /** Of the payment that paid the order, or that waits for its review. */
  readonly capturedMinor: bigint;
  /** All that is gone of it after the change, by refunds and lost disputes together. */
  readonly goneMinor: bigint;
  /** Null while the order has none, as in review. `reversedBase` is all that was taken before, sent or not. */
  readonly allocation: {
    readonly totalBase: bigint;
    readonly reversedBase: bigint;
    readonly releases: readonly ReversibleRelease[];
  } | null;
  readonly accruals: readonly AccruedCommission[];
  readonly cause: ReversalCause;
  /** Makes a fresh UUIDv7. */
  readonly newId: () => string;
}

/** Everything that follows an order's money when it goes, to be written in the commit that lets it go. */
export interface Reversal {
  /** `refunded` once all the money is gone; null leaves the status. */
  readonly status: 'refunded' | null;
  readonly releases: readonly TakenRelease[];
  /** What was taken but already sent, now. */
  readonly debtBase: bigint;
  /** All that was taken of the allocation so far. */
  readonly reversedBase: bigint;
  readonly commissions: readonly CommissionReversal[];
  /** A fully refunded order has not used its promo code. */
  readonly returnsPromoUse: boolean;
  readonly transfers: readonly Transfer[];
}

/**
 * Decides what goes with an order's money. Everything is computed from what is gone in total, so refunds and lost disputes
 * in any number and order come to the same: at full reversal exactly nothing of tokens and commissions is left.
 *
 * More may be gone than was captured, when a bank takes money that a refund had given back already; tokens and
 * commissions end at nothing all the same.
 *
 * @throws TypeError when no money was captured, since then none can go.
 */
export function decideReversal(input: ReversalInput): Reversal {
  const { order, capturedMinor, goneMinor, allocation, accruals, cause, newId } = input;
  const share = { goneMinor, capturedMinor };
  const targetBase = goneOf(allocation?.totalBase ?? 0n, share);
  const takeBase = targetBase - (allocation?.reversedBase ?? 0n);
  const tokens = reverseTokens(allocation?.releases ?? [], takeBase > 0n ? takeBase : 0n);
  const commissions = reverseCommissions(accruals, share, newId);
  const isAllGone = goneMinor >= capturedMinor;
  const mayEnd = order.status === 'paid' || order.status === 'review';
  return {
    status: isAllGone && mayEnd ? 'refunded' : null,
    ...tokens,
    reversedBase: (allocation?.reversedBase ?? 0n) + (takeBase > 0n ? takeBase : 0n),
    commissions,
    returnsPromoUse: isAllGone && mayEnd,
    transfers: [
      ...tokenTransfers(order.userId, tokens, cause),
      ...commissions.map(({ id, agentId, amountMinor, from }) =>
        commissionReversed({ entryId: id, agentId, currency: order.currency, amountMinor: -amountMinor, from }),
      ),
    ],
  };
}

function tokenTransfers(
  buyerId: string,
  { releases, debtBase }: Pick<Reversal, 'releases' | 'debtBase'>,
  cause: ReversalCause,
): Transfer[] {
  const unsentBase = releases.reduce((sum, { takenBase }) => sum + takenBase, 0n);
  return [
    ...(unsentBase === 0n ? [] : [tokensReversed({ buyerId, amountBase: unsentBase, cause })]),
    ...(debtBase === 0n ? [] : [tokensReversedSent({ buyerId, amountBase: debtBase, cause })]),
  ];
}
