import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { settleFreeOrder } from './free.ts';
import { refreezeOrder } from './refreeze.ts';

/**
 * Looks after an order that a route has changed: one that costs nothing is settled, any other is frozen or freed as its
 * money and warnings now say.
 *
 * @throws DomainError `order.unknown`.
 */
export async function attendOrder(ports: Ports, site: string, orderId: string): Promise<Outcome> {
  const settled = await settleFreeOrder(ports, site, orderId);
  return settled.reason === 'order.has_price' ? refreezeOrder(ports, site, orderId) : settled;
}
