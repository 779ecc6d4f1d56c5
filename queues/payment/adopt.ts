import { DomainError } from '../../domain/error.ts';
import type { Ports } from '../ports.ts';
import type { Intent } from '../stripe/intent.ts';
import type { OrderCase } from '../order/load.ts';

/**
 * Finds out whether a PaymentIntent that nobody recorded is the order's own: the answer to its creation was lost before
 * its id was committed. Only what the provider itself answers counts, and all of it must agree.
 */
export async function namesOrder(ports: Ports, found: OrderCase, intent: Intent): Promise<boolean> {
  if (intent.account !== found.account) return false;
  try {
    return isOwnIntent(found, await ports.payments.read(intent.id, found.account));
  } catch (error) {
    // The provider knows no such PaymentIntent: whatever the event says, it is not the order's.
    if (error instanceof DomainError && error.code === 'payment.provider_failed') return false;
    throw error;
  }
}

/** Whether a PaymentIntent, as the provider answers it, is this order's in metadata, account, amount and currency. */
function isOwnIntent({ order, siteCode, account }: OrderCase, actual: Intent): boolean {
  return (
    actual.siteCode === siteCode &&
    actual.orderId === order.id &&
    actual.account === account &&
    actual.amountMinor === order.amountMinor &&
    actual.currency.toUpperCase() === order.currency
  );
}
