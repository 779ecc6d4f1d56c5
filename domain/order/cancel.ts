import { DomainError } from '../error.ts';
import type { OrderStatus } from './state.ts';

export interface CancelInput {
  readonly status: OrderStatus;
  /** The provider's word for the order's PaymentIntent, read just now; null when none was recorded. */
  readonly intentStatus: string | null;
  /** The provider was asked to cancel it already. */
  readonly isTried: boolean;
}

/**
 * What a buyer's wish to cancel needs next. The PaymentIntent goes first, and the units only when the provider says it
 * is cancelled; one that was never recorded cannot be paid, since nobody has seen its secret.
 *
 * @returns `already` when it is cancelled, `cancel_intent` to ask the provider and then decide again, `release` to end
 * the order and give its units back.
 * @throws DomainError `order.state` when the order is no longer unpaid, or its payment can no longer be stopped.
 */
export function decideCancel({ status, intentStatus, isTried }: CancelInput): 'already' | 'cancel_intent' | 'release' {
  if (status === 'cancelled') return 'already';
  if (status !== 'pending') throw new DomainError('order.state');
  if (intentStatus === null || intentStatus === 'canceled') return 'release';
  if (intentStatus === 'succeeded' || isTried) {
    throw new DomainError('order.state', { detail: 'The payment of this order can no longer be stopped.' });
  }
  return 'cancel_intent';
}
