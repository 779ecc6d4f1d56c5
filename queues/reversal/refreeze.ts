import { DomainError } from '../../domain/error.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { consequenceOf, moneyNow } from './consequence.ts';
import { consequenceStatements, holdOrder } from './commit.ts';
import { loadMoney } from './load.ts';

const ATTEMPTS = 5;

/**
 * Sets an order's freeze as its money and warnings now say: after an operator cleared a fraud warning.
 *
 * @throws DomainError `order.unknown`.
 */
export function refreezeOrder(ports: Ports, site: string, orderId: string): Promise<Outcome> {
  return decideAgain(ATTEMPTS, async () => {
    const { entered, found } = await loadMoney(ports.database, { site }, { orderId });
    if (found === null) throw new DomainError('order.unknown');
    const { order, allocation } = found;
    const { now } = entered;
    const consequence = consequenceOf(found, moneyNow(found), null, ports.newId);
    const isSame = order.frozen === consequence.freeze.isWhole;
    if (isSame && (allocation?.frozenBase ?? 0n) === consequence.freeze.shareBase) return { outcome: 'repeated' };
    const change = { found, consequence, now, newId: ports.newId } as const;
    await transact(ports.database, { site }, (db) => [holdOrder(db, change), ...consequenceStatements(db, change, [])]);
    return { outcome: 'applied' };
  });
}
