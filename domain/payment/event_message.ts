import type Stripe from 'stripe';
import { z } from 'zod';
import type { StripeMessage } from '../message.ts';
import { fitsQueue } from '../message_size.ts';

/** What of an event must be there; of a large one the object's id is kept, where it has any. */
const withObject = z.looseObject({ data: z.looseObject({ object: z.looseObject({ id: z.string() }) }) });

/**
 * An event of the provider as the message by which the consumer takes it, whether it was delivered or read.
 *
 * @param account the connected account it happened on, null for the platform's own
 */
export function eventMessage(event: Stripe.Event, account: string | null): StripeMessage {
  // An event that was read names no account, but is stored and taken again as one that was delivered.
  const named = account === null ? { ...event } : { ...event, account };
  const whole: StripeMessage = { v: 1, kind: 'stripe', account, event: named };
  if (fitsQueue(whole)) return whole;
  const found = withObject.safeParse(event);
  const object = found.success ? found.data.data.object.id : event.id;
  return { v: 1, kind: 'stripe', account, full: false, event: { id: event.id, type: event.type, object } };
}
