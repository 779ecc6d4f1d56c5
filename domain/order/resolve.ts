import { DomainError } from '../error.ts';
import type { PaymentState } from '../payment/state.ts';
import { reversibleMinor } from '../refund/reversible.ts';
import type { CapturedMoney } from '../refund/reversible.ts';
import { grant } from './grant.ts';
import type { Grant, GrantTerms } from './grant.ts';
import { unitsHindrance } from './late.ts';
import type { LateCase } from './late.ts';
import type { OrderStatus } from './state.ts';

/** What an operator makes of an order under review: it gets its tokens, or the money goes back. */
export type ReviewWish = 'accept' | 'return';

export interface ResolveInput extends GrantTerms {
  readonly wish: ReviewWish;
  readonly status: OrderStatus;
  readonly payment: { readonly state: PaymentState };
  readonly money: CapturedMoney;
  readonly units: Omit<LateCase, 'now'>;
}

export type Resolution =
  | ({ readonly kind: 'accept' } & Grant)
  | { readonly kind: 'return'; readonly refund: { readonly id: string; readonly amountMinor: bigint } };

/**
 * Decides an operator's word on an order under review. To accept overrules the sale's window, never the stock nor the
 * buyer's maximum, and needs the whole money still here; to return refunds all of it that is left.
 *
 * @throws DomainError `order.state` when it is not under review, or a refund or dispute has laid hands on the money;
 * `tier.sold_out`, `tier.not_enough_left`, `tier.buyer_limit`, `promo.exhausted` when it cannot be accepted.
 */
export function decideResolution(input: ResolveInput): Resolution {
  const { wish, status, payment, money, units, newId } = input;
  if (status !== 'review' || payment.state !== 'review') throw new DomainError('order.state');
  const leftMinor = reversibleMinor(money);
  if (wish === 'return') {
    if (leftMinor === 0n) throw new DomainError('order.state', { detail: 'Nothing is left to give back.' });
    return { kind: 'return', refund: { id: newId(), amountMinor: leftMinor } };
  }
  if (leftMinor !== money.capturedMinor) {
    throw new DomainError('order.state', { detail: 'A refund or a dispute is open for this payment.' });
  }
  const hindrance = unitsHindrance(units);
  if (hindrance !== null) throw new DomainError(hindrance);
  return { kind: 'accept', ...grant(input, 'unapplied') };
}
