import { and, desc, eq, sql, type SQLWrapper } from 'drizzle-orm';
import { z } from 'zod';
import { deadLetters, webhookEvents } from '../../../drizzle/schema/index.ts';
import { transact } from '../../../drizzle/transaction.ts';
import { readerDatabase } from '../../database.ts';
import type { Env } from '../../env.ts';
import { decodeKey, encodeKey } from '../../http/page.ts';
import { entryOf, type Visitor } from '../../http/visitor.ts';
import { eventId, letterId, type AdminDeadLetter, type AdminEvent, type EventState } from './shape.ts';

interface Page<Item> {
  items: Item[];
  next_cursor: string | null;
}

interface Asked {
  limit: number;
  cursor?: string | undefined;
}

/** When it came, in microseconds since 1970, which a Date does not hold; and its id. */
const micros = z.string().regex(/^\d{1,16}$/);
const eventKey = z.tuple([micros, eventId]);
const letterKey = z.tuple([micros, letterId]);

const microsOf = (at: SQLWrapper) => sql<string>`(extract(epoch from ${at}) * 1000000)::bigint::text`;
const timeOf = (at: string) => sql`(timestamptz 'epoch' + ${at}::bigint * interval '1 microsecond')`;

/**
 * Events that providers told of a site, in one state, the newest first.
 *
 * @throws DomainError `request.not_found`, `auth.required`; `request.malformed` for a foreign cursor
 */
export async function readEvents(
  env: Env,
  who: Visitor,
  site: string,
  { state, limit, cursor }: Asked & { state: EventState },
): Promise<Page<AdminEvent>> {
  const before = decodeKey(cursor, eventKey);
  const at = microsOf(webhookEvents.receivedAt);
  const [, rows] = await transact(readerDatabase(env), entryOf(who, 'support', site), (db) => [
    db
      .select({
        ...{ id: webhookEvents.eventId, provider: webhookEvents.provider, type: webhookEvents.type },
        ...{ state: webhookEvents.state, reason: webhookEvents.reason, receivedAt: webhookEvents.receivedAt, at },
        object: sql<string | null>`coalesce(${webhookEvents.payload} #>> '{data,object,id}',
          ${webhookEvents.payload} #>> '{data,externalTxId}', ${webhookEvents.payload} ->> 'object')`,
      })
      .from(webhookEvents)
      .where(
        and(
          sql`${webhookEvents.siteId} = app.site_id()`,
          eq(webhookEvents.state, state),
          before === undefined
            ? undefined
            : sql`(${webhookEvents.receivedAt}, ${webhookEvents.eventId}) < (${timeOf(before[0])}, ${before[1]})`,
        ),
      )
      .orderBy(desc(webhookEvents.receivedAt), desc(webhookEvents.eventId))
      .limit(limit + 1),
  ]);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ id, provider, type, state: is, reason, object, receivedAt }) => ({
      ...{ id, provider, type, state: is, reason, object },
      received_at: receivedAt.toISOString(),
    })),
    next_cursor: rows.length > limit && last !== undefined ? encodeKey([last.at, last.id]) : null,
  };
}

const letterBody = z.looseObject({
  kind: z.string(),
  noun: z.string().optional(),
  name: z.string().optional(),
  id: z.string().optional(),
  event: z.looseObject({ id: z.string(), type: z.string().optional(), eventType: z.string().optional() }).optional(),
});

/**
 * Messages about a site that were given up, the newest first.
 *
 * @throws DomainError `request.not_found`, `auth.required`; `request.malformed` for a foreign cursor
 */
export async function readDeadLetters(
  env: Env,
  who: Visitor,
  site: string,
  { limit, cursor }: Asked,
): Promise<Page<AdminDeadLetter>> {
  const before = decodeKey(cursor, letterKey);
  // A letter's id is the queue's own, which does not run with time.
  const at = microsOf(deadLetters.at);
  const [, rows] = await transact(readerDatabase(env), entryOf(who, 'support', site), (db) => [
    db
      .select({ letter: deadLetters, at })
      .from(deadLetters)
      .where(
        and(
          sql`${deadLetters.siteId} = app.site_id()`,
          before === undefined
            ? undefined
            : sql`(${deadLetters.at}, ${deadLetters.id}) < (${timeOf(before[0])}, ${before[1]}::uuid)`,
        ),
      )
      .orderBy(desc(deadLetters.at), desc(deadLetters.id))
      .limit(limit + 1),
  ]);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ letter }) => presentLetter(letter)),
    next_cursor: rows.length > limit && last !== undefined ? encodeKey([last.at, last.letter.id]) : null,
  };
}

function presentLetter({
  id,
  queue,
  body,
  attempts,
  at,
  replayedAt,
}: typeof deadLetters.$inferSelect): AdminDeadLetter {
  const read = letterBody.safeParse(body);
  const { event, noun, name } = read.success ? read.data : {};
  return {
    ...{ id, queue, attempts },
    kind: event?.type ?? event?.eventType ?? noun ?? name ?? 'unknown',
    about: event?.id ?? (read.success ? (read.data.id ?? null) : null),
    given_up_at: at.toISOString(),
    replayed_at: replayedAt?.toISOString() ?? null,
  };
}
