import { z } from 'zod';
import { DomainError } from '../../domain/error.ts';
import { transact } from '../../drizzle/transaction.ts';
import type { Entry } from '../../drizzle/transaction.ts';
import { deadLetters } from '../../drizzle/schema/index.ts';
import { databaseNow, here } from '../here.ts';
import { jsonb } from '../json.ts';
import type { Ports } from '../ports.ts';

/** A message as the queue delivered it for the last time. */
export interface DeadLetter {
  readonly queue: string;
  readonly id: string;
  readonly body: unknown;
  readonly attempts: number;
}

/** The queue's own ids are 32 hexadecimal digits, which Postgres reads as a UUID. */
const UUID_LIKE = /^[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;

/**
 * Stores a dead letter, once however often it is delivered, with its site where the message names one. An event of the
 * platform's own account names it in the metadata of its object, which only our key writes there; one of a refund, of a
 * dispute or of custody names none and is the platform's.
 */
export async function storeDeadLetter(ports: Ports, letter: DeadLetter): Promise<void> {
  const entry = entryOf(letter.body);
  try {
    await store(ports, letter, entry);
  } catch (error) {
    // A message may name a site that never was; it is kept all the same, as nobody's.
    if (!(error instanceof DomainError) || error.code !== 'webhook.unmapped') throw error;
    await store(ports, letter, {});
  }
}

async function store(ports: Ports, { queue, id, body, attempts }: DeadLetter, entry: Entry): Promise<void> {
  await transact(ports.database, entry, (db) => [
    db
      .insert(deadLetters)
      .values({
        queue,
        id: UUID_LIKE.test(id) ? id : ports.newId(),
        siteId: here,
        body: jsonb(body),
        attempts,
        at: databaseNow,
      })
      .onConflictDoNothing(),
  ]);
}

function entryOf(body: unknown): Entry {
  if (typeof body !== 'object' || body === null) return {};
  if ('site' in body && typeof body.site === 'string') return { site: body.site };
  if ('account' in body && typeof body.account === 'string') {
    return { account: { provider: 'stripe', account: body.account } };
  }
  const named = ofPlatform.safeParse(body);
  return named.success ? { site: named.data.event.data.object.metadata.site } : {};
}

const metadata = z.looseObject({ site: z.string().min(1).max(255) });

/** An event of the platform's own account about an object of a site. */
const ofPlatform = z.looseObject({
  kind: z.literal('stripe'),
  account: z.null(),
  event: z.looseObject({ data: z.looseObject({ object: z.looseObject({ metadata }) }) }),
});
