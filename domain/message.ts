import { z } from 'zod';
import { DomainError } from './error.ts';

const text = z.string().min(1).max(255);

/** An event too large for a queue message travels as this and is read back from the provider. */
const eventReference = z.strictObject({ id: text, type: text, object: text });

// What a provider puts into an event is its own affair; only what finds our row and handler again is required here.
const stripeEvent = z.looseObject({ id: text, type: text });
const fireblocksEvent = z.looseObject({ id: text, eventType: text });

const v = z.literal(1);
const whole = z.literal(true).optional();
const cut = z.literal(false);
const account = text.nullable();

/**
 * What a route commits and then nudges the consumer about; a lost nudge is found by a sweep. `event` and `dead_letter` are
 * an operator's wish that what is stored under that id be tried again.
 */
const WORK_NOUNS = ['order', 'release', 'refund', 'review', 'event', 'dead_letter'] as const;

const message = z.union([
  z.strictObject({ v, kind: z.literal('stripe'), account, full: whole, event: stripeEvent }),
  z.strictObject({ v, kind: z.literal('stripe'), account, full: cut, event: eventReference }),
  z.strictObject({ v, kind: z.literal('fireblocks'), full: whole, event: fireblocksEvent }),
  z.strictObject({ v, kind: z.literal('fireblocks'), full: cut, event: eventReference }),
  z.strictObject({ v, kind: z.literal('work'), site: text, noun: z.enum(WORK_NOUNS), id: text }),
  z.strictObject({ v, kind: z.literal('sweep'), site: text, name: z.string().regex(/^[a-z][a-z_.-]{0,63}$/) }),
]);

/**
 * What travels on the queues `payments` and `custody`. `full: false` marks an event cut to its reference. A sweep's
 * name is any word here: the consumer refuses one that is not in domain/sweep.ts.
 */
export type Message = z.infer<typeof message>;
export type StripeMessage = Extract<Message, { kind: 'stripe' }>;
export type FireblocksMessage = Extract<Message, { kind: 'fireblocks' }>;
export type WorkMessage = Extract<Message, { kind: 'work' }>;
export type SweepMessage = Extract<Message, { kind: 'sweep' }>;
export type WorkNoun = WorkMessage['noun'];

/**
 * Reads a message body, refusing any shape it does not know: an older consumer must not half-understand a newer sender.
 *
 * @throws DomainError `request.malformed`.
 */
export function parseMessage(body: unknown): Message {
  const result = message.safeParse(body);
  if (!result.success) throw new DomainError('request.malformed', { detail: 'This is no message of ours.' });
  return result.data;
}
