import { move } from './transfer.ts';
import type { ReferenceType, Side, Transfer, TransferKind } from './transfer.ts';

/** An amount of money, in minor units of its currency. */
export interface Money {
  readonly currency: string;
  readonly amountMinor: bigint;
}

/** Where captured money stands while nothing has reversed it: earned by the site, or waiting for a decision. */
export type MoneySource = 'sales' | 'unapplied';

const RECEIVABLE: Side = { account: 'provider_receivable', ownerId: null };
const UNAPPLIED: Side = { account: 'unapplied', ownerId: null };
const SALES: Side = { account: 'sales', ownerId: null };
const DISPUTED: Side = { account: 'disputed', ownerId: null };

/** Money came that no order may take as it stands, for review or paid twice: receivable → unapplied. */
export function paymentUnapplied(of: Money & { paymentId: string }): Transfer {
  return between('payment_unapplied', { type: 'payment', id: of.paymentId }, [RECEIVABLE, UNAPPLIED], of);
}

/** A review ended in the buyer's favour: unapplied → sales. */
export function unappliedAccepted(of: Money & { orderId: string }): Transfer {
  return between('unapplied_accepted', { type: 'order', id: of.orderId }, [UNAPPLIED, SALES], of);
}

/** Money went back to the buyer: from the sales, or from what no order had taken. */
export function refundSucceeded(of: Money & { refundId: string; source: MoneySource }): Transfer {
  const reference = { type: 'refund', id: of.refundId } as const;
  return of.source === 'sales'
    ? between('refund_succeeded', reference, [SALES, RECEIVABLE], of)
    : between('unapplied_returned', reference, [UNAPPLIED, RECEIVABLE], of);
}

/** A refund came back to the provider. The buyer is still owed it: receivable → unapplied. */
export function refundFailed(of: Money & { refundId: string }): Transfer {
  return between('refund_failed', { type: 'refund', id: of.refundId }, [RECEIVABLE, UNAPPLIED], of);
}

type DisputeMove = Money & { changeId: string };

/** The bank took disputed money from the provider's balance: disputed → receivable. */
export function disputeWithdrawn(of: DisputeMove): Transfer {
  return between('dispute_withdrawn', dispute(of), [DISPUTED, RECEIVABLE], of);
}

/** The bank gave disputed money back: receivable → disputed. */
export function disputeReinstated(of: DisputeMove): Transfer {
  return between('dispute_reinstated', dispute(of), [RECEIVABLE, DISPUTED], of);
}

/** Disputed money is gone for good: sales, or what no order had taken → disputed. */
export function disputeLost(of: DisputeMove & { source: MoneySource }): Transfer {
  return between('dispute_lost', dispute(of), [of.source === 'sales' ? SALES : UNAPPLIED, DISPUTED], of);
}

/** Money came back after it was written off as lost; an operator decides whose it is: disputed → unapplied. */
export function disputeSurplus(of: DisputeMove): Transfer {
  return between('dispute_surplus', dispute(of), [DISPUTED, UNAPPLIED], of);
}

/** What had come back was taken again: unapplied → disputed. */
export function disputeSurplusUndone(of: DisputeMove): Transfer {
  return between('dispute_surplus_undone', dispute(of), [UNAPPLIED, DISPUTED], of);
}

type BalanceMove = Money & { balanceTransactionId: string };

/** The provider kept its fee: fees → receivable. */
export function providerFee(of: BalanceMove): Transfer {
  return between('provider_fee', balance(of), [{ account: 'fees', ownerId: null }, RECEIVABLE], of);
}

/** The provider gave a fee back: receivable → fees. */
export function providerFeeReturned(of: BalanceMove): Transfer {
  return between('provider_fee_returned', balance(of), [RECEIVABLE, { account: 'fees', ownerId: null }], of);
}

/** The provider paid its balance out to the site's bank: bank → receivable. */
export function bankPayout(of: BalanceMove): Transfer {
  return between('bank_payout', balance(of), [{ account: 'bank', ownerId: null }, RECEIVABLE], of);
}

/** The bank did not take a payout, or it was called back: receivable → bank. */
export function bankPayoutReturned(of: BalanceMove): Transfer {
  return between('bank_payout_returned', balance(of), [RECEIVABLE, { account: 'bank', ownerId: null }], of);
}

function dispute(of: DisputeMove) {
  return { type: 'dispute_change', id: of.changeId } as const;
}

function balance(of: BalanceMove) {
  return { type: 'balance_transaction', id: of.balanceTransactionId } as const;
}

function between(
  kind: TransferKind,
  reference: { readonly type: ReferenceType; readonly id: string },
  [debit, credit]: readonly [debit: Side, credit: Side],
  of: Money,
): Transfer {
  return move(kind, reference, { debit, credit, asset: of.currency, amount: of.amountMinor });
}
