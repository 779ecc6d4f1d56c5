import { DomainError } from '../../domain/error.ts';
import { decideSettlement } from '../../domain/order/settle.ts';
import type { Settlement } from '../../domain/order/settle.ts';
import { parseSettings } from '../../domain/site/settings.ts';
import { decideAgain, transact } from '../../drizzle/transaction.ts';
import type { Entry } from '../../drizzle/transaction.ts';
import { inboxStatements, parkEvent } from '../inbox/record.ts';
import type { InboxEvent } from '../inbox/record.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { adoptPayment } from './adopt.ts';
import { settlementStatements } from './commit.ts';
import type { OwnPayment } from './commit.ts';
import type { Intent } from './intent.ts';
import { loadOrder } from './load.ts';
import type { OrderCase } from './load.ts';

const ATTEMPTS = 4;

/** A captured payment that names an order of ours. */
export interface Capture {
  readonly entry: Entry;
  readonly orderId: string;
  readonly intent: Intent;
  /** Null when no event told of it but a sweep. */
  readonly event: InboxEvent | null;
}

/**
 * Settles the order a captured payment is for: load, decide, commit. Whoever comes second, by another event or another
 * consumer, finds it done.
 *
 * @throws DomainError `event.unknown_order` (retry) when the site has no such order yet, `webhook.unmapped` when the
 * entry leads to no site, and what the provider refuses.
 */
export async function settlePayment(ports: Ports, capture: Capture): Promise<Outcome> {
  return decideAgain(ATTEMPTS, async () => {
    const { entry, orderId, intent, event } = capture;
    const { entered, found } = await loadOrder(ports.database, entry, orderId);
    const place = { entry, siteId: entered.siteId };
    // On a connected account the metadata is the tenant's to write; it must not lead to another site's name.
    if (intent.siteCode !== entered.siteCode) return parkEvent(ports, place, event, 'payment.mismatch');
    if (found === null) throw new DomainError('event.unknown_order');

    const payment = recordedPayment(found, intent) ?? (await adoptPayment(ports, found, intent));
    const settlement = decide(found, payment, intent, entered.now, ports.newId);
    switch (settlement.kind) {
      case 'parked':
        return parkEvent(ports, place, event, settlement.reason);
      case 'already_paid':
        if (event !== null) {
          await transact(ports.database, entry, (db) => inboxStatements(db, place.siteId, event, { state: 'applied' }));
        }
        return { outcome: 'repeated' };
      case 'settle':
        if (payment === null) throw new TypeError('An order was settled without a payment.');
        await transact(ports.database, entry, (db) =>
          settlementStatements(db, { found, payment, settle: settlement, event, now: entered.now, newId: ports.newId }),
        );
        return { outcome: 'applied' };
    }
  });
}

/** The order's own record of this payment, or else the record it does have, which then will not match. */
function recordedPayment({ payments }: OrderCase, intent: Intent): OwnPayment | null {
  const row =
    payments.find(({ intentId }) => intentId === intent.id) ??
    payments.find(({ state }) => state !== 'canceled') ??
    payments[0];
  if (row === undefined) return null;
  return { id: row.id, intentId: row.intentId, account: row.account, isRecorded: true };
}

function decide(
  found: OrderCase,
  payment: OwnPayment | null,
  intent: Intent,
  now: Date,
  newId: () => string,
): Settlement {
  const { order, plan, policy, chain, levels } = found;
  return decideSettlement({
    order: {
      ...order,
      paymentIntentId: payment?.intentId ?? null,
      account: payment?.account ?? null,
      referrerBound: found.referrerId !== null,
    },
    fact: {
      paymentIntentId: intent.id,
      account: intent.account,
      amountMinor: intent.receivedMinor,
      currency: intent.currency,
    },
    chain: chain.map(({ agentStatus, ...person }) => ({
      ...person,
      suspendedAtSettlement: agentStatus === 'suspended',
    })),
    plan: plan === null ? null : { ...plan, levels },
    policy,
    settings: parseSettings(found.settings),
    now,
    newId,
  });
}
