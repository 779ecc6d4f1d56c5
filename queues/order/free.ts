import { DomainError } from '../../domain/error.ts';
import { decideFreeSettlement } from '../../domain/order/settle.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import type { Outcome } from '../outcome.ts';
import { grantTerms, loadOrder } from './load.ts';
import type { Ports } from '../ports.ts';
import { grantStatements, payOrder } from './grant_commit.ts';

const ATTEMPTS = 4;

/**
 * Settles an order that costs nothing: it is paid by being placed, and no provider has a part in it.
 *
 * @throws DomainError `order.unknown`, `guard.changed` (retry), `database.unavailable` (retry); TypeError when the order
 * costs something.
 */
export async function settleFreeOrder(ports: Ports, site: string, orderId: string): Promise<Outcome> {
  const entry = { site };
  return decideAgain(ATTEMPTS, async () => {
    const { entered, found } = await loadOrder(ports.database, entry, { orderId });
    if (found === null) throw new DomainError('order.unknown');
    const { now } = entered;
    const { newId } = ports;
    const decided = decideFreeSettlement(grantTerms(found, now, newId), found.order.status);
    switch (decided.kind) {
      case 'already_applied':
      case 'ended':
        return { outcome: 'repeated' };
      case 'settle': {
        const commit = { found, grant: decided, isLate: false, now, newId };
        await transact(ports.database, entry, (db) => [payOrder(db, commit), ...grantStatements(db, commit)]);
        return { outcome: 'applied' };
      }
    }
  });
}
