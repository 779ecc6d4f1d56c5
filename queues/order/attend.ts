import { DomainError } from '../../domain/error.ts';
import type { Outcome } from '../outcome.ts';
import { loadOrder } from './load.ts';
import type { Ports } from '../ports.ts';
import { settleFreeOrder } from './free.ts';
import { refreezeOrder } from '../reversal/refreeze.ts';

/**
 * Looks after an order that a route has changed: one that costs nothing is settled, any other is frozen or freed as its
 * money and warnings now say.
 *
 * @throws DomainError `order.unknown`, `guard.changed` (retry), `database.unavailable` (retry).
 */
export async function attendOrder(ports: Ports, site: string, orderId: string): Promise<Outcome> {
  const { found } = await loadOrder(ports.database, { site }, { orderId });
  if (found === null) throw new DomainError('order.unknown');
  return found.order.amountMinor === 0n ? settleFreeOrder(ports, site, orderId) : refreezeOrder(ports, site, orderId);
}
