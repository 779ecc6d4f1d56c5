import { DomainError } from '../../domain/error.ts';
import { decideSettlement } from '../../domain/order/settle.ts';
import type { Settlement } from '../../domain/order/settle.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import type { Entry } from '../../drizzle/transaction.ts';
import { ignoreEvent, inboxStatements, parkEvent } from '../inbox/record.ts';
import type { InboxEvent } from '../inbox/record.ts';
import { alertLine } from '../log.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { nudgeRefund, requestedRefunds } from '../refund/nudge.ts';
import { namesOrder } from './adopt.ts';
import { setAsideStatements, settlementStatements } from './commit.ts';
import type { Intent } from '../stripe/intent.ts';
import { grantTerms, loadOrder } from '../order/load.ts';
import type { OrderCase } from '../order/load.ts';

/** The last use of its promo code may go meanwhile: then the order goes to review. */
const ATTEMPTS = { most: 4, outdated: ['promo.exhausted', 'promo.buyer_limit'] } as const;

/** A captured payment, of an order of ours perhaps. */
export interface Capture {
  readonly entry: Entry;
  readonly intent: Intent;
  /** Null when no event told of it but a sweep. */
  readonly event: InboxEvent | null;
}

/**
 * Settles the order a captured payment is for: load, decide, commit. Whoever comes second, by another event or another
 * consumer, finds it done. A payment that we did not make and that names no order has nothing to do with us.
 *
 * @throws DomainError `event.unknown_order` (retry) when the site has no such order yet, `webhook.unmapped` when the
 * entry leads to no site, and what the provider refuses.
 */
export async function settlePayment(ports: Ports, capture: Capture): Promise<Outcome> {
  return decideAgain(ATTEMPTS, async () => {
    const { entry, intent, event } = capture;
    const { orderId, id: intentId } = intent;
    const { entered, found } = await loadOrder(ports.database, entry, { orderId, intentId });
    const place = { entry, siteId: entered.siteId };
    const isRecorded = found?.payments.some((payment) => payment.intentId === intentId) ?? false;
    // A tenant's connected account may also sell things of its own.
    if (!isRecorded && orderId === null) return ignoreEvent(ports, place, event, 'event.no_order');
    // On a connected account the metadata is the tenant's to write, also afterwards: it must not lead to another site's
    // name, and says nothing about a PaymentIntent that we made and wrote down.
    if (!isRecorded && intent.siteCode !== entered.siteCode) return parkEvent(ports, place, event, 'payment.mismatch');
    if (found === null) throw new DomainError('event.unknown_order');

    const isNamed = !isRecorded && (await namesOrder(ports, found, intent));
    const settlement = decide(found, { intent, isNamed }, entered.now, ports.newId);
    const commit = { found, intent, event, now: entered.now, newId: ports.newId };
    switch (settlement.kind) {
      case 'parked':
        return parkEvent(ports, place, event, settlement.reason);
      case 'review':
      case 'surplus':
        alertLine('payment.set_aside', { reason: settlement.kind, order: found.order.id, site_id: place.siteId });
        await transact(ports.database, entry, (db) => setAsideStatements(db, commit, settlement));
        if (settlement.kind === 'surplus') await nudgeRefund(ports, found.siteCode, settlement.refund.id);
        return { outcome: 'applied' };
      case 'already_applied':
        if (event !== null) {
          await transact(ports.database, entry, (db) => inboxStatements(db, place.siteId, event, { state: 'applied' }));
        }
        await nudgeSurplus(ports, capture, found);
        return { outcome: 'repeated' };
      case 'settle':
        await transact(ports.database, entry, (db) => settlementStatements(db, commit, settlement));
        return { outcome: 'applied' };
    }
  });
}

/** A second payment goes back although whoever set it aside was cut off before the nudge. */
async function nudgeSurplus(
  ports: Ports,
  { entry, intent }: Capture,
  { payments, siteCode }: OrderCase,
): Promise<void> {
  const surplus = payments.find(({ intentId, state }) => intentId === intent.id && state === 'surplus');
  if (surplus === undefined) return;
  for (const id of await requestedRefunds(ports, entry, surplus.id)) await nudgeRefund(ports, siteCode, id);
}

function decide(
  found: OrderCase,
  { intent, isNamed }: { intent: Intent; isNamed: boolean },
  now: Date,
  newId: () => string,
): Settlement {
  const { order, tier, buyerUnits, promoHasUse } = found;
  return decideSettlement({
    ...grantTerms(found, now, newId),
    order: { ...order, account: found.account, referrerBound: found.referrerId !== null },
    payments: found.payments,
    fact: {
      intentId: intent.id,
      account: intent.account,
      amountMinor: intent.receivedMinor,
      currency: intent.currency,
      namesOrder: isNamed,
    },
    late: { tier, quantity: order.quantity, buyerUnits, promoHasUse },
  });
}
