import type Stripe from 'stripe';
import { makeId, toSeconds } from './book.ts';
import type { Book, Caller } from './book.ts';

/** The one API version this stand-in speaks. */
export const API_VERSION = '2026-10-28.endive';

/**
 * Records an event with a snapshot of its object and hands it to the courier.
 * Called inside the commit of what happened, so an event exists exactly when its cause does.
 */
export function emit(book: Book, caller: Caller, type: Stripe.Event['type'], object: object): void {
  const event = {
    id: makeId('evt_3'),
    object: 'event',
    ...(caller.account === null ? {} : { account: caller.account, context: caller.account }),
    api_version: API_VERSION,
    created: toSeconds(caller.now),
    data: { object: structuredClone(object) },
    livemode: false,
    pending_webhooks: 1,
    request: { id: caller.requestId, idempotency_key: caller.idempotencyKey },
    type,
  };
  // The union of all events ties each type to its object; that the two fit is up to the callers here.
  book.events.put(event.id, { account: caller.account, object: event as unknown as Stripe.Event });
  book.courier.send({ eventId: event.id, type, body: JSON.stringify(event, null, 2) });
}
