import type Stripe from 'stripe';
import { keep, makeId, toSeconds } from './book.ts';
import type { Book, Caller } from './book.ts';
import { StripeFailure } from './error.ts';
import { textOf, textsOf } from './form.ts';
import type { Form } from './form.ts';

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
    livemode: caller.isLive,
    pending_webhooks: 1,
    request: { id: caller.requestId, idempotency_key: caller.idempotencyKey },
    type,
  };
  // The union of all events ties each type to its object; that the two fit is up to the callers here.
  keep(book.events, caller, event as unknown as Stripe.Event);
  book.courier.send({ eventId: event.id, type, body: JSON.stringify(event, null, 2) });
}

const MOST_TYPES = 20;

/**
 * Reads the parameters `type` and `types` of a list of events.
 *
 * @returns whether a type is wanted; `*` at the end stands for anything
 * @throws StripeFailure 400 for both at once, or too many
 */
export function readTypes(form: Form): (type: string) => boolean {
  const [single, several] = [textOf(form, 'type'), textsOf(form, 'types')];
  if (single !== undefined && several.length > 0)
    throw refuse('You may only specify one of these parameters: type, types.');
  if (several.length > MOST_TYPES) throw refuse(`You may pass up to ${MOST_TYPES} event names in types.`);
  return matchTypes(single === undefined ? several : [single]);
}

/** Whether a type is one of the wanted, or any if none is named; `*` at the end stands for anything. */
export function matchTypes(wanted: readonly string[]): (type: string) => boolean {
  return (type) =>
    wanted.length === 0 ||
    wanted.some((each) => (each.endsWith('*') ? type.startsWith(each.slice(0, -1)) : type === each));
}

function refuse(message: string): StripeFailure {
  return new StripeFailure(400, { type: 'invalid_request_error', message });
}
