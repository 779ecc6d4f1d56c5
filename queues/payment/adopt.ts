import type { Ports } from '../ports.ts';
import type { OwnPayment } from './commit.ts';
import type { Intent } from './intent.ts';
import type { OrderCase } from './load.ts';

/**
 * Finds out whether a PaymentIntent that nobody recorded is the order's own: the answer to its creation was lost before
 * its id was committed. Only what the provider itself answers counts, and all of it must agree.
 *
 * @returns null when it is not.
 */
export async function adoptPayment(ports: Ports, found: OrderCase, intent: Intent): Promise<OwnPayment | null> {
  const { order } = found;
  if (order.status !== 'pending' || intent.account !== found.account) return null;
  const actual = await ports.payments.read(intent.id, found.account);
  return isOwnIntent(found, actual)
    ? { id: ports.newId(), intentId: actual.id, account: actual.account, isRecorded: false }
    : null;
}

/** Whether a PaymentIntent, as the provider answers it, is this order's in metadata, account, amount and currency. */
export function isOwnIntent({ order, siteCode, account }: OrderCase, actual: Intent): boolean {
  return (
    actual.siteCode === siteCode &&
    actual.orderId === order.id &&
    actual.account === account &&
    actual.amountMinor === order.amountMinor &&
    actual.currency.toUpperCase() === order.currency
  );
}
