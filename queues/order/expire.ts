import { DomainError } from '../../domain/error.ts';
import { decideExpiry } from '../../domain/order/expire.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import type { Entry } from '../../drizzle/transaction.ts';
import type { Outcome } from '../outcome.ts';
import { isOwnIntent } from '../payment/adopt.ts';
import type { Intent } from '../payment/intent.ts';
import { loadOrder } from '../payment/load.ts';
import type { OrderCase } from '../payment/load.ts';
import { settlePayment } from '../payment/settle.ts';
import type { Ports } from '../ports.ts';
import { expiryStatements, extensionStatements, recordStatements } from './expire_commit.ts';
import { settleFreeOrder } from './free.ts';

const ATTEMPTS = 3;

/**
 * Ends one order whose hold is over. The PaymentIntent is cancelled first; only when the provider says so do the units
 * return. Where the id of a PaymentIntent was never recorded, it is fetched with the order's own key, recorded and then
 * cancelled like any other.
 */
export async function expireOrder(ports: Ports, site: string, orderId: string): Promise<Outcome> {
  const entry = { site };
  return decideAgain(ATTEMPTS, async () => {
    const { entered, found } = await loadOrder(ports.database, entry, orderId);
    if (found?.order.status !== 'pending' || found.order.expiresAt > entered.now) return { outcome: 'repeated' };
    if (found.order.amountMinor === 0n) return settleFreeOrder(ports, site, orderId);
    const intent = await intentOf(ports, entry, found);
    if (intent === null) return release(ports, entry, found, null);

    const { expiresAt, extendedAt } = found.order;
    const decide = (intentStatus: string) => decideExpiry({ intentStatus, expiresAt, extendedAt, now: entered.now });
    const first = decide(intent.status);
    if (first.kind === 'extend') {
      await transact(ports.database, entry, (db) => extensionStatements(db, found, first.until));
      return { outcome: 'waiting', reason: 'payment.in_progress' };
    }
    const ended = first.kind === 'cancel' ? await ports.payments.cancel(intent.id, intent.account) : intent;
    switch (decide(ended.status).kind) {
      case 'settle':
        return settlePayment(ports, { entry, orderId, intent: ended, event: null });
      case 'release':
        return release(ports, entry, found, ended.id);
      case 'wait':
      case 'extend':
      case 'cancel':
        return { outcome: 'waiting', reason: 'payment.not_canceled' };
    }
  });
}

async function release(ports: Ports, entry: Entry, found: OrderCase, intentId: string | null): Promise<Outcome> {
  await transact(ports.database, entry, (db) => expiryStatements(db, found, intentId));
  return { outcome: 'applied' };
}

/** The order's PaymentIntent as the provider has it now; null when there is none and never can be. */
async function intentOf(ports: Ports, entry: Entry, found: OrderCase): Promise<Intent | null> {
  const { account } = found;
  const recorded = found.payments.find(({ state }) => state === 'open');
  if (recorded !== undefined) return ports.payments.read(recorded.intentId, recorded.account);
  const made = await createOrNull(ports, found);
  if (made === null) return null;
  // The idempotency key answers as things were; what the PaymentIntent is now must be read.
  const intent = await ports.payments.read(made.id, account);
  if (!isOwnIntent(found, intent)) throw new DomainError('payment.mismatch');
  await transact(ports.database, entry, (db) => recordStatements(db, found, intent, ports.newId()));
  return intent;
}

async function createOrNull(ports: Ports, { order, siteCode, account }: OrderCase): Promise<Intent | null> {
  try {
    return await ports.payments.create({ ...order, siteCode }, account);
  } catch (error) {
    // Refused for good, so there is none. One that was never recorded could not be paid either: nobody has its secret.
    if (error instanceof DomainError && error.code === 'payment.provider_failed') return null;
    throw error;
  }
}
