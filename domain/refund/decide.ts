import { refundFailed, refundSucceeded } from '../ledger/money.ts';
import type { Money, MoneySource } from '../ledger/money.ts';
import type { Transfer } from '../ledger/transfer.ts';
import { isTaken, refundStateOf } from './state.ts';
import type { RefundState } from './state.ts';

export interface RefundInput {
  /** Our row: the one that asked for it, or a fresh id for a refund made at the provider. */
  readonly refundId: string;
  /** Null for a refund made at the provider and not known yet. */
  readonly known: { readonly state: RefundState; readonly amountMinor: bigint; readonly currency: string } | null;
  /** What the provider answers now. */
  readonly fact: {
    readonly status: string | null;
    readonly amountMinor: bigint;
    /** In either letter case: the provider writes it small. */
    readonly currency: string;
  };
  /** The payment it belongs to, and what its other refunds have taken of it. */
  readonly payment: {
    readonly currency: string;
    readonly source: MoneySource;
    readonly capturedMinor: bigint;
    readonly otherwiseTakenMinor: bigint;
  };
}

export type RefundDecision =
  /** Nothing new. */
  | { readonly kind: 'repeated' }
  /** Not the refund it should be: kept, and an operator is told. */
  | { readonly kind: 'mismatch' }
  | {
      readonly kind: 'move';
      readonly to: RefundState;
      /** What is gone now and was not before. */
      readonly newlyGoneMinor: bigint;
      readonly transfers: readonly Transfer[];
    };

/**
 * Decides what the provider's word on a refund changes, for our own refunds and for those made at the provider alike.
 * Words come doubled and out of order: an older one changes nothing, and one that contradicts an end is a mismatch.
 *
 * A refund that fails takes its share all the same, whether its success was ever seen or not. So the end does not depend
 * on which words were missed: the money is owed to the buyer, outside the sales.
 */
export function decideRefund({ refundId, known, fact, payment }: RefundInput): RefundDecision {
  const currency = fact.currency.toUpperCase();
  if (currency !== payment.currency || (known !== null && known.amountMinor !== fact.amountMinor)) {
    return { kind: 'mismatch' };
  }
  const to = refundStateOf(fact.status);
  const step = known === null ? 'move' : stepFrom(known.state, to);
  if (step !== 'move') return { kind: step };
  const of = { refundId, currency, amountMinor: fact.amountMinor };
  const isNewlyTaken = isTaken(to) && (known === null || !isTaken(known.state));
  const newlyGoneMinor = isNewlyTaken ? smaller(fact.amountMinor, roomMinor(payment)) : 0n;
  return {
    kind: 'move',
    to,
    newlyGoneMinor,
    transfers: [
      ...(isNewlyTaken ? given(of, newlyGoneMinor, payment.source) : []),
      ...(to === 'failed' ? [refundFailed(of)] : []),
    ],
  };
}

function roomMinor({ capturedMinor, otherwiseTakenMinor }: RefundInput['payment']): bigint {
  return otherwiseTakenMinor < capturedMinor ? capturedMinor - otherwiseTakenMinor : 0n;
}

/** What goes from where the payment's money stands, and what pays a refund that failed before. */
function given(of: Money & { refundId: string }, goneMinor: bigint, source: MoneySource): Transfer[] {
  if (source === 'unapplied') return [refundSucceeded({ ...of, source })];
  const owedMinor = of.amountMinor - goneMinor;
  return [
    ...(goneMinor > 0n ? [refundSucceeded({ ...of, amountMinor: goneMinor, source })] : []),
    ...(owedMinor > 0n ? [refundSucceeded({ ...of, amountMinor: owedMinor, source: 'unapplied' })] : []),
  ];
}

function smaller(left: bigint, right: bigint): bigint {
  return left < right ? left : right;
}

function stepFrom(from: RefundState, to: ReturnType<typeof refundStateOf>): RefundDecision['kind'] {
  if (from === to) return 'repeated';
  switch (from) {
    case 'requested':
    case 'submitting':
    case 'pending':
      return 'move';
    case 'succeeded':
      if (to === 'failed') return 'move';
      return to === 'pending' ? 'repeated' : 'mismatch';
    case 'failed':
      return to === 'canceled' ? 'mismatch' : 'repeated';
    case 'canceled':
      return to === 'pending' ? 'repeated' : 'mismatch';
  }
}
