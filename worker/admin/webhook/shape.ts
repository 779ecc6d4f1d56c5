import { z } from '@hono/zod-openapi';
import { time } from '../../http/shape.ts';

/** A provider's own id of an event. */
export const eventId = z.string().regex(/^[\w.-]{1,255}$/);

/** The queue's own id of a message: as long as a UUID, of whatever digits. */
export const letterId = z.guid();

const eventState = z.enum(['applied', 'ignored', 'parked']);

/** What a provider told of the site, and what became of it. What it carried is not shown. */
export const adminEvent = z
  .object({
    id: eventId,
    provider: z.enum(['stripe', 'fireblocks']),
    type: z.string(),
    state: eventState,
    /** Why it was not applied. */
    reason: z.string().nullable(),
    /** The provider's id of what it is about, where the event says so. */
    object: z.string().nullable(),
    received_at: time,
  })
  .openapi('AdminEvent');

/** A message that was given up after its last try. */
export const adminDeadLetter = z
  .object({
    id: letterId,
    queue: z.string(),
    /** What it is: an event by its type, work by its noun, a sweep by its name. */
    kind: z.string(),
    about: z.string().nullable(),
    attempts: z.number().int(),
    given_up_at: time,
    replayed_at: time.nullable(),
  })
  .openapi('AdminDeadLetter');

export const eventFilter = { state: eventState.default('parked') };

export const replayBody = z.strictObject({ reason: z.string().trim().min(1).max(500) });

export const replayed = z.object({ id: z.string() }).openapi('Replayed');

export type AdminEvent = z.infer<typeof adminEvent>;
export type AdminDeadLetter = z.infer<typeof adminDeadLetter>;
export type EventState = z.infer<typeof eventState>;
