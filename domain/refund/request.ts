import { DomainError } from '../error.ts';
import { chargeStepMinor } from '../money.ts';
import { isCaptured } from '../payment/state.ts';
import type { PaymentState } from '../payment/state.ts';
import { reversibleMinor } from './reversible.ts';
import type { CapturedMoney } from './reversible.ts';

export interface RefundRequestInput {
  readonly payment: { readonly state: PaymentState; readonly currency: string };
  /** The payment's money with everything that takes from it. */
  readonly money: CapturedMoney;
  /** Minor units; null asks for all that is left. */
  readonly amountMinor: bigint | null;
}

/**
 * Decides how much an operator's wish refunds.
 *
 * @returns the amount in minor units.
 * @throws DomainError `payment.state` when nothing was captured, `refund.amount` when the amount is none the provider can
 * give back, `refund.exceeds` (with `extra.reversible_minor`) when less is left.
 */
export function decideRefundRequest({ payment, money, amountMinor }: RefundRequestInput): bigint {
  if (!isCaptured(payment.state)) throw new DomainError('payment.state');
  const leftMinor = reversibleMinor(money);
  const wantedMinor = amountMinor ?? leftMinor;
  const tooMuch = new DomainError('refund.exceeds', {
    extra: { reversible_minor: leftMinor.toString(), currency: payment.currency },
  });
  if (leftMinor === 0n) throw tooMuch;
  if (wantedMinor <= 0n || wantedMinor % chargeStepMinor(payment.currency) !== 0n) {
    throw new DomainError('refund.amount');
  }
  if (wantedMinor > leftMinor) throw tooMuch;
  return wantedMinor;
}
