import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import type { StripeMessage } from '../../domain/message.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Entry } from '../../drizzle/transaction.ts';
import { ignoreEvent, NO_SITE, parkEvent } from '../inbox/record.ts';
import type { InboxEvent, InboxPlace } from '../inbox/record.ts';
import type { Outcome } from '../outcome.ts';
import type { Ports } from '../ports.ts';
import { readIntent } from './intent.ts';
import type { Intent } from './intent.ts';
import { settlePayment } from './settle.ts';

const withMetadata = z.object({
  data: z.object({ object: z.object({ metadata: z.object({ site: z.string().min(1) }) }) }),
});

/**
 * Takes an event of the payment provider, whose signature the API has verified. Only a captured payment moves an order;
 * a failed try is not the end of one, and a cancelled PaymentIntent is read by whoever cancelled it.
 *
 * @throws DomainError `request.malformed` for an event without a PaymentIntent where there must be one, and what
 * {@link settlePayment} refuses.
 */
export async function receivePaymentEvent(ports: Ports, message: StripeMessage): Promise<Outcome> {
  const { event, account } = message;
  const inbox: InboxEvent = { provider: 'stripe', eventId: event.id, type: event.type, payload: event };
  if (event.type !== 'payment_intent.succeeded') {
    return ignoreEvent(ports, await placeOf(ports, entryOf(account, siteNamedIn(message))), inbox, 'event.type');
  }
  const intent = await intentOf(ports, message);
  const entry = entryOf(account, intent.siteCode);
  // Without an account only our own key could write the metadata, so it names the site, or the event is nobody's.
  if (entry === null) return parkEvent(ports, NO_SITE, inbox, 'webhook.unmapped');
  // A tenant's connected account may also sell things that have nothing to do with us.
  if (intent.orderId === null) {
    const place = await placeOf(ports, entry);
    return place.siteId === null
      ? parkEvent(ports, NO_SITE, inbox, 'webhook.unmapped')
      : ignoreEvent(ports, place, inbox, 'event.no_order');
  }
  try {
    return await settlePayment(ports, { entry, orderId: intent.orderId, intent, event: inbox });
  } catch (error) {
    if (isUnmapped(error)) return parkEvent(ports, NO_SITE, inbox, 'webhook.unmapped');
    throw error;
  }
}

async function intentOf(ports: Ports, message: StripeMessage): Promise<Intent> {
  if (message.full === false) return ports.payments.read(message.event.object, message.account);
  const { data } = message.event;
  return readIntent(
    typeof data === 'object' && data !== null && 'object' in data ? data.object : null,
    message.account,
  );
}

/** The site in the metadata of the event's object, if it has any: refunds, charges and disputes do not. */
function siteNamedIn({ event }: StripeMessage): string | null {
  const named = withMetadata.safeParse(event);
  return named.success ? named.data.data.object.metadata.site : null;
}

function entryOf(account: string | null, siteCode: string | null): Entry | null {
  if (account !== null) return { account: { provider: 'stripe', account } };
  return siteCode === null ? null : { site: siteCode };
}

/** The place of an event nobody acts on: its site's where it has one, else nobody's. */
async function placeOf(ports: Ports, entry: Entry | null): Promise<InboxPlace> {
  if (entry === null) return NO_SITE;
  try {
    const [entered] = await transact(ports.database, entry, () => []);
    return { entry, siteId: entered.siteId };
  } catch (error) {
    if (isUnmapped(error)) return NO_SITE;
    throw error;
  }
}

function isUnmapped(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'webhook.unmapped';
}
