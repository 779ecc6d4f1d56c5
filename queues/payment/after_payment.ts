import { and, eq } from 'drizzle-orm';
import { DomainError } from '../../domain/error.ts';
import { isCaptured } from '../../domain/payment/state.ts';
import type { PaymentState } from '../../domain/payment/state.ts';
import { payments } from '../../drizzle/schema/index.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Entry } from '../../drizzle/transaction.ts';
import { here } from '../here.ts';
import { ignoreEvent, NO_SITE, parkEvent } from '../inbox/record.ts';
import type { InboxEvent } from '../inbox/record.ts';
import { entryOfEvent, isUnmapped, placeOf } from '../inbox/site.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { settlePayment } from './settle.ts';

/** An event about money that was captured before: a refund, a dispute, a warning. */
export interface AfterPayment {
  readonly account: string | null;
  readonly intentId: string;
  readonly event: InboxEvent;
}

/**
 * Does something to a payment once its site is known and its money is settled. Refunds, disputes and warnings carry no
 * metadata of ours, so their PaymentIntent is read; and they may come before the event of the payment itself. What
 * leads to no site is parked.
 *
 * @throws DomainError `event.unknown_order` (retry) while the PaymentIntent is not paid or its order is not there yet,
 * what `ports.payments` throws when it is read, and what {@link settlePayment} and `act` refuse.
 */
export async function afterPayment(
  ports: Ports,
  { account, intentId, event }: AfterPayment,
  act: (entry: Entry) => Promise<Outcome>,
): Promise<Outcome> {
  const intent = await ports.payments.read(intentId, account);
  const entry = entryOfEvent(account, intent.siteCode);
  if (entry === null) return parkEvent(ports, NO_SITE, event, 'webhook.unmapped');
  try {
    const state = await stateOf(ports, entry, intentId);
    // A tenant's connected account may also sell things that have nothing to do with us.
    if (state === null && intent.orderId === null) {
      return await ignoreEvent(ports, await placeOf(ports, entry), event, 'event.no_order');
    }
    if (state === null || !isCaptured(state)) {
      if (intent.status !== 'succeeded') throw new DomainError('event.unknown_order');
      const settled = await settlePayment(ports, { entry, intent, event: null });
      if (settled.outcome === 'parked') {
        return await parkEvent(ports, await placeOf(ports, entry), event, settled.reason ?? 'payment.mismatch');
      }
    }
    return await act(entry);
  } catch (error) {
    if (isUnmapped(error)) return parkEvent(ports, NO_SITE, event, 'webhook.unmapped');
    throw error;
  }
}

/** How far we are with a PaymentIntent; null when it is not recorded. */
async function stateOf(ports: Ports, entry: Entry, intentId: string): Promise<PaymentState | null> {
  const [, rows] = await transact(ports.database, entry, (db) => [
    db
      .select({ state: payments.state })
      .from(payments)
      .where(and(eq(payments.siteId, here), eq(payments.provider, 'stripe'), eq(payments.intentId, intentId))),
  ]);
  return rows[0]?.state ?? null;
}
